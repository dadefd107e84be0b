import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { docker } from '../support/images/containers.ts';
import {
  type LayerEntry,
  readBlob,
  readImage,
  readTags,
  type StoredImage,
} from '../support/images/images.ts';
import { pushRepacked, pushTampered } from '../support/images/tampered.ts';
import { type Call, type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { startParts } from '../support/parts.ts';
import { type Files, type Repository, repositoryWith } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

const FILES: Files = {
  'jobimg.yml':
    'name: train\nrun: sh train.sh\nimage: { base: "busybox:latest", build: [mkdir -p /opt, seq 1000 > /opt/numbers] }\n',
  'train.sh': { text: 'echo hello\n', mode: 0o755 },
  'data/a.txt': 'a\n',
};

const parts = await startParts({ name: 'verify', bases: ['busybox'] });

afterAll(() => parts[Symbol.asyncDispose]());

function run(command: string, name: string, folder: string, more: readonly string[] = [], call: Call = {}) {
  const to = ['--registry', `${parts.registry.host}/${name}`, '--defaults', parts.defaults];
  return jobimg([command, '-C', folder, ...to, ...more], { ...call, env: { ...parts.env } });
}

/** What the user is told, without the progress. */
function told({ stderr }: Ended): readonly string[] {
  return stderr.split('\n').filter((line) => /^(?:error|warning|notice): |^ {2}→ /.test(line));
}

interface Published {
  readonly image: StoredImage;
  readonly tag: string;
  readonly environmentTag: string;
}

async function publish(name: string, folder: string): Promise<Published> {
  const { image, environment } = onlyJob(await run('build', name, folder, ['--json']));
  return {
    image: await readImage(parts.registry, image.reference),
    tag: image.tag,
    environmentTag: environment?.tag ?? '',
  };
}

describe('verify', () => {
  let repository: Repository;
  let published: Published;

  beforeAll(async () => {
    repository = await repositoryWith({ files: FILES });
    published = await publish('verify/one', repository.folder);
  });

  afterAll(() => repository[Symbol.asyncDispose]());

  it('is silent about an image that nobody touched', async () => {
    const ended = await run('verify', 'verify/one', repository.folder);

    expect({ code: ended.code, stdout: ended.stdout, told: told(ended) }).toEqual({
      code: 0,
      stdout: '',
      told: [],
    });
  });

  it('gives both digests of each image as JSON', async () => {
    const { stdout } = await run('verify', 'verify/one', repository.folder, ['--json']);

    const { digest } = published.image;
    const environment = published.image.manifest.annotations?.['dev.jobimg.environment'];
    expect(JSON.parse(stdout)).toEqual({
      verdict: 'same',
      images: [
        { tag: published.environmentTag, published: environment, rebuilt: environment, verdict: 'same' },
        { tag: published.tag, published: digest, rebuilt: digest, verdict: 'same' },
      ],
      findings: [],
    });
  });

  it('builds into another repository when one is named', async () => {
    const into = ['--into', `${parts.registry.host}/verify/elsewhere`];

    const { code } = await run('verify', 'verify/one', repository.folder, into);

    expect(code).toBe(0);
    expect(await readTags(parts.registry, 'verify/elsewhere')).toEqual(['jobimg.tmp']);
  });

  it('refuses a commit that was never published', async () => {
    await using other = await repositoryWith({ files: { ...FILES, 'train.sh': 'echo other\n' } });

    const ended = await run('verify', 'verify/one', other.folder);

    expect(ended.code).toBe(1);
    expect(told(ended)[0]).toMatch(
      /^error: this commit has no image at \S+:train-[0-9a-f]{16}; since the last one was built: train\.sh changed$/,
    );
  });

  it('of a digest says what the commit has else', async () => {
    await using other = await repositoryWith({ files: { ...FILES, 'train.sh': 'echo other\n' } });
    const image = `${parts.registry.host}/verify/one@${published.image.digest}`;

    const ended = await run('verify', 'verify/one', other.folder, [image]);

    expect(ended.code).toBe(1);
    expect(told(ended)[0]).toBe(`error: ${image} is not what this commit gives: train.sh changed`);
  });

  it('is a step of a workflow', async () => {
    const image = `${parts.registry.host}/verify/one@${published.image.digest}`;
    const inputs = { image, defaults: parts.defaults };

    const step = await runStep({ entry: 'verify.js', workspace: repository.folder, inputs, env: parts.env });

    expect(step.code).toBe(0);
    expect(step.outputs.get('verdict')).toBe('same');
    expect(step.log).toMatch(/^Verify: the same after /m);
    expect(step.summary).toContain('## jobimg verify: ✅ the same, bit for bit');
  });
});

const SCRIPT = 'workspace/train.sh';

function changing(change: (entry: LayerEntry) => LayerEntry) {
  return (entries: readonly LayerEntry[]) =>
    entries.map((entry) => (entry.path === SCRIPT ? change(entry) : entry));
}

const TAMPERINGS: readonly {
  readonly name: string;
  readonly change: (entries: readonly LayerEntry[]) => readonly LayerEntry[];
  readonly said: RegExp;
}[] = [
  {
    name: 'byte',
    change: changing((entry) => ({ ...entry, content: Buffer.from('echo hellO\n') })),
    said: /: \/workspace\/train\.sh: content was sha256:[0-9a-f]{12}…, and is sha256:[0-9a-f]{12}… now$/,
  },
  {
    name: 'mode',
    change: changing((entry) => ({ ...entry, mode: 0o600 })),
    said: /: \/workspace\/train\.sh: mode was 0600, and is 0[0-7]+ now$/,
  },
  {
    name: 'owner',
    change: changing((entry) => ({ ...entry, uid: 7 })),
    said: /: \/workspace\/train\.sh: owner was 7:0, and is 0:0 now$/,
  },
  {
    name: 'time',
    change: changing((entry) => ({ ...entry, mtime: 1_700_000_000 })),
    said: /: \/workspace\/train\.sh: time was 2023-11-14T22:13:20Z, and is 1980-01-01T00:00:00Z now$/,
  },
  {
    name: 'order',
    change: (entries) => [...entries.slice(0, -2), ...entries.slice(-2).reverse()],
    said: /: order was before \S+, and is after \S+ now$/,
  },
  {
    name: 'new file',
    change: (entries) => [
      ...entries,
      ...entries
        .filter(({ path }) => path === SCRIPT)
        .map((entry) => ({ ...entry, path: 'workspace/evil.sh' })),
    ],
    said: /: \/workspace\/evil\.sh was published, and does not come out now$/,
  },
];

describe('a published layer with another', () => {
  it.each(TAMPERINGS)('$name is named', async ({ name, change, said }) => {
    await using repository = await repositoryWith({ files: FILES });
    const place = `verify/${name.replace(' ', '-')}`;
    const { image, tag } = await publish(place, repository.folder);
    await pushTampered({ registry: parts.registry, image, tag, change });

    const ended = await run('verify', place, repository.folder);

    expect(ended.code).toBe(1);
    const [first = '', hint, ...others] = told(ended);
    expect(first).toMatch(/^error: train-[0-9a-f]{16}: layer \d+ \(jobimg code layer \/workspace\): /);
    expect(first).toMatch(said);
    expect(hint).toContain('it was changed afterwards');
    expect(others).toEqual([]);
  });

  it('packing is a warning: the contents are the same', async () => {
    await using repository = await repositoryWith({ files: FILES });
    const { image, tag } = await publish('verify/packing', repository.folder);
    const last = image.manifest.layers.at(-1);
    if (last === undefined) throw new Error('no layer');
    const packed = gzipSync(gunzipSync(await readBlob(parts.registry, image.repository, last)), { level: 1 });
    await pushRepacked(parts.registry, image, tag, packed);

    const ended = await run('verify', 'verify/packing', repository.folder);

    expect(ended.code).toBe(0);
    expect(told(ended)[0]).toMatch(
      /^warning: \S+: the contents are the same, the digest is not: layer \d+: packing was \d+ bytes of gzip/,
    );
  });
});

describe('a layer that does not hold what the config says', () => {
  it('is not taken for the same packed differently', async () => {
    await using repository = await repositoryWith({ files: FILES });
    const { image, tag } = await publish('verify/lie', repository.folder);
    const last = image.manifest.layers.at(-1);
    if (last === undefined) throw new Error('no layer');
    const tar = gunzipSync(await readBlob(parts.registry, image.repository, last));
    const lie = Buffer.from(tar.toString('latin1').replace('echo hello', 'echo hellO'), 'latin1');
    await pushRepacked(parts.registry, image, tag, gzipSync(lie));

    const ended = await run('verify', 'verify/lie', repository.folder);

    expect(ended.code).toBe(1);
    expect(told(ended)[0]).toMatch(/^error: .*: \/workspace\/train\.sh: content was /);
  });
});

describe('an image of somebody else, used as it is', () => {
  const base = { name: 'docker.io/library/busybox:latest', digest: parts.busybox?.digest ?? '' };

  const FROM_BASE = `FROM ${parts.busybox?.reference}\nRUN echo theirs > /theirs\n`;

  /** Built with no program of ours. */
  async function theirs(
    name: string,
    labels: Readonly<Record<string, string>>,
    text: string = FROM_BASE,
  ): Promise<string> {
    await using repository = await repositoryWith({ files: { Dockerfile: text } });
    const reference = `${parts.registry.host}/${name}:1`;
    const said = Object.entries(labels).flatMap((label) => ['--label', label.join('=')]);
    const words = ['--tag', reference, '--push', '--provenance=false', '--sbom=false', ...said];
    await docker(['buildx', 'build', ...words, repository.folder], parts.env);
    return reference;
  }

  async function verified(image: string): Promise<Ended> {
    await using repository = await repositoryWith({
      files: { 'jobimg.yml': `run: "true"\nimage: ${image}\n` },
    });
    return await run('verify', 'verify/theirs', repository.folder, ['--json']);
  }

  it('stands on the base that its labels name', async () => {
    const image = await theirs('theirs/honest', {
      'org.opencontainers.image.base.name': base.name,
      'org.opencontainers.image.base.digest': base.digest,
    });

    const ended = await verified(image);

    expect(ended.stderr).toMatch(/the image is built on busybox:latest@sha256:\w+, as its labels say/);
    expect(ended.code).toBe(0);
  });

  it('that does not hold the base it names is told', async () => {
    const image = await theirs(
      'theirs/lying',
      {
        'org.opencontainers.image.base.name': base.name,
        'org.opencontainers.image.base.digest': base.digest,
      },
      'FROM scratch\nCOPY Dockerfile /x\n',
    );

    const ended = await verified(image);

    expect(ended.stderr).toMatch(/error: .* does not begin with the layers of busybox:latest@sha256:/);
    expect(ended.code).toBe(1);
  });

  it('that says nothing is left alone', async () => {
    const ended = await verified(await theirs('theirs/silent', {}));

    expect(ended.stderr).toContain('says nothing about its base');
    expect(ended.code).toBe(0);
  });
});

describe('a step that gives another result each time', () => {
  it('is named with the file that it wrote', async () => {
    const spec =
      'name: train\nrun: "true"\ncode: none\nimage: { base: "busybox:latest", build: ["mkdir -p /opt && cat /proc/sys/kernel/random/uuid > /opt/stamp"] }\n';
    await using repository = await repositoryWith({ files: { 'jobimg.yml': spec } });
    await publish('verify/chance', repository.folder);

    const ended = await run('verify', 'verify/chance', repository.folder);

    expect(ended.code).toBe(1);
    const [first = '', hint] = told(ended);
    expect(first).toMatch(/^error: env-[0-9a-f]{16}: layer \d+ \(RUN .*\): \/opt\/stamp: content was /);
    expect(hint).toContain('a step that gives a different result each time');
  });
});
