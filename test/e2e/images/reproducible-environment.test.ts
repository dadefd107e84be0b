// The 25 cases of reproducibility, and where each is shown. E: this file; C: reproducible-code.test.ts; others by name.
//
//  1 two builds without a cache                      E "is the same when it is built again without a cache …"
//  2 hot cache against none                          E "is the same from the cache"
//  3 two builders                                    E "is the same from the second BuildKit" (driver `remote`);
//                                                      hosted-runner.test.ts (driver `docker-container`)
//  4 two releases of BuildKit                        as 3: the second one is another release, compiled with another Go;
//                                                      E "has the same contents from both builders with gzip"
//  5 every file touched                              C "every file of 2040", "… of 1990"
//  6 file times of 1990                              C "every file of 1990"
//  7 modes that do not count, and the one that does  C "writable for the group", "chmod +x"
//  8 another owner                                   C "is the same for files of another owner"
//  9 hard links                                      C "a file linked twice instead of copied"
// 10 an empty folder                                 C "an empty folder"
// 11 order of creation, another file system          C "files written in reverse order", "… another file system"
// 12 checkout path, TZ, LANG, umask, HOME            C one row each, E all at once
// 13 no layer of the base is fetched                 C "needs no docker and reads no layer"; with steps after the code
//                                                      the builder reads them, for the steps run in them
// 14 an inherited SOURCE_DATE_EPOCH                  C "an inherited SOURCE_DATE_EPOCH", E all at once
// 15 times of config and history, the base untouched E "stands on its base untouched …"
// 16 no logs, caches, ids, keys, backups, lists      E "leaves nothing of the day or the machine in a layer"
// 17 bytecode                                        E "has no bytecode that depends on file times"
// 18 the day in /etc/shadow                          E "has the epoch's day in /etc/shadow"
// 19 a faked clock                                   C "a clock one day later" for our own process; a builder's clock
//                                                      cannot be faked from outside, and 15 and 18 show what it would
// 20 an OCI archive pushed by us                     not there: BuildKit pushes, or the engine keeps the image
// 21 the uploader                                    test/registry/client.test.ts, test/registry/faults.test.ts
// 22 referrers                                       not there: nothing is attached to an image yet
// 23 `verify`                                        not there: the command does not exist yet
// 24 any order of creation gives the same tar        test/source/layer.test.ts, test/source/tar.test.ts
// 25 Dockerfile and command line                     test/golden/recipe, test/build/arguments/arguments.test.ts;
//                                                      E "is the same when the generated Dockerfile is built by hand"
import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBuildkitd } from '../../engine/buildkit/buildkitd.ts';
import { command } from '../../engine/machine/command.ts';
import { ensureNode24 } from '../../engine/machine/node24.ts';
import { type LayerEntry, readImage, readLayer, type StoredImage } from '../support/images/images.ts';
import { type AnsweredJob, type Call, jobimg, onlyJob } from '../support/jobimg.ts';
import { startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';

const EPOCH = 1_767_225_600;
const CREATED = '2026-01-01T00:00:00Z';

// What makes two builds differ where nobody takes care: host keys, a machine id, users with their day, bytecode of
// apt's packages and of pip's, times of files that a step makes.
const FILES: Files = {
  'jobimg.yml': `name: train
run: python train.py
image:
  base: bare/python:3.13
  apt: [openssh-server, dbus, python3-six]
  requirements: requirements.txt
  build: [mkdir -p /opt/data && date > /dev/null && echo built > /opt/data/built]
  env: { MODE: test }
  labels: { com.example.team: vision, com.example.a: first }
`,
  'requirements.txt': 'idna==3.10\n',
  'train.py': 'import idna\n',
};

const parts = await startParts({ name: 'environment', bases: ['python', 'busybox'] });
const node24 = await ensureNode24();
const second = await ensureBuildkitd();
const withSecond = second === undefined ? it.skip : it;

afterAll(() => parts[Symbol.asyncDispose]());

async function build(
  repository: string,
  folder: string,
  more: readonly string[] = [],
  call: Call = {},
): Promise<AnsweredJob> {
  const to = ['--registry', `${parts.registry.host}/${repository}`, '--defaults', parts.defaults];
  const words = ['build', '-C', folder, ...to, '--json', ...more];
  return onlyJob(await jobimg(words, { ...call, env: { ...parts.env, ...call.env } }));
}

function environmentOf({ environment }: AnsweredJob): Promise<StoredImage> {
  return readImage(parts.registry, environment?.reference ?? '');
}

const onSecond = ['--rebuild', '--builder', second?.builder ?? ''];

/** As the official images are: without the bytecode of the standard library, which a step would leave in a layer. */
async function pushBareBase(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-base-'));
  const lines = [
    `FROM ${parts.python?.reference}`,
    'RUN find /usr/lib -name __pycache__ -prune -exec rm -rf {} +',
  ];
  await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  await buildByHand(`${parts.registry.host}/bare/python:3.13`, folder, []);
  await rm(folder, { recursive: true });
}

async function buildByHand(name: string, folder: string, options: readonly string[]): Promise<void> {
  const fixed = ['push=true', 'store=false', 'oci-mediatypes=true', 'rewrite-timestamp=true'];
  const output = ['type=image', `name=${name}`, ...fixed, ...options].join(',');
  const words = ['--platform=linux/amd64', '--provenance=false', '--sbom=false', '--output', output];
  await command('docker', ['buildx', 'build', ...words, folder], {
    env: { ...process.env, ...parts.env, SOURCE_DATE_EPOCH: String(EPOCH) },
    timeoutMs: 600_000,
  });
}

describe('the environment image', () => {
  let first: AnsweredJob;
  let image: StoredImage;
  let base: StoredImage;
  /** Of our own layers. */
  let entries: readonly LayerEntry[];

  beforeAll(async () => {
    await pushBareBase();
    await using repository = await repositoryWith({ files: FILES });
    first = await build('environment/first', repository.folder, ['--rebuild']);
    image = await environmentOf(first);
    base = await readImage(parts.registry, `${parts.registry.host}/bare/python:3.13`);
    const own = image.manifest.layers.slice(base.manifest.layers.length);
    const read = await Promise.all(own.map((layer) => readLayer(parts.registry, image.repository, layer)));
    entries = read.flat();
  });

  it('is the same when it is built again without a cache, with all around it changed', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'jobimg another place '));
    const files = Object.fromEntries(Object.entries(FILES).reverse());
    await using repository = await repositoryWith({ files, folder: join(parent, 'checkout') });
    for (const name of await readdir(repository.folder)) {
      await utimes(join(repository.folder, name), new Date('1990-01-01'), new Date('1990-01-01'));
    }
    await mkdir(join(parent, 'temporary'));
    const env = {
      TZ: 'Asia/Tokyo',
      LANG: 'de_DE.UTF-8',
      LC_ALL: 'de_DE.UTF-8',
      TMPDIR: join(parent, 'temporary'),
      SOURCE_DATE_EPOCH: '1234567890',
    };

    const again = await build('environment/again', repository.folder, ['--rebuild'], {
      env,
      umask: '002',
      node: node24,
    });

    const { digest } = await environmentOf(again);
    expect({ environment: digest, image: again.image.digest }).toEqual({
      environment: image.digest,
      image: first.image.digest,
    });
    await rm(parent, { recursive: true });
  });

  it('is the same from the cache', async () => {
    await using repository = await repositoryWith({ files: FILES });

    const again = await build('environment/cached', repository.folder);

    expect(again.environment?.result).toBe('built');
    expect((await environmentOf(again)).digest).toBe(image.digest);
    expect(again.image.digest).toBe(first.image.digest);
  });

  withSecond('is the same from the second BuildKit', async () => {
    await using repository = await repositoryWith({ files: FILES });

    const again = await build('environment/second', repository.folder, onSecond);

    expect((await environmentOf(again)).digest).toBe(image.digest);
    expect(again.image.digest).toBe(first.image.digest);
  });

  it('stands on its base untouched, and everything of ours is of the epoch', () => {
    const { layers } = base.manifest;
    expect(image.manifest.layers.slice(0, layers.length).map(({ digest }) => digest)).toEqual(
      layers.map(({ digest }) => digest),
    );
    expect(image.config.history.slice(0, base.config.history.length)).toEqual(base.config.history);
    const ours = image.config.history.slice(base.config.history.length);
    expect(ours.length).toBeGreaterThan(0);
    expect(new Set(ours.map(({ created }) => created))).toEqual(new Set([CREATED]));
    expect(image.config.created).toBe(CREATED);
    expect(entries.filter(({ mtime }) => mtime > EPOCH)).toEqual([]);
  });

  it('leaves nothing of the day or the machine in a layer', () => {
    const traces = [
      /^var\/log\/./,
      /^var\/cache\/./,
      /^var\/lib\/apt\/lists\/./,
      /^tmp\/./,
      /^etc\/machine-id$/,
      /^var\/lib\/dbus\/machine-id$/,
      /^etc\/ssh\/ssh_host_/,
      /^etc\/[a-z]+-$/,
      /^var\/lib\/dpkg\/[a-z]+-old$/,
      /^root\/\.cache/,
      /^run\/(?:secrets|jobimg)/,
      /^src(?:\/|$)/,
    ];

    const left = entries.map(({ path }) => path).filter((path) => traces.some((trace) => trace.test(path)));

    expect(left).toEqual([]);
    expect(entries.some(({ path }) => path === 'usr/sbin/sshd')).toBe(true);
  });

  it('has no bytecode that depends on file times', () => {
    const bytecode = entries.filter(({ path, type }) => path.endsWith('.pyc') && type === 'file');

    // https://peps.python.org/pep-0552/: bit 0 is "by hash", bit 1 "checked at import", as Debian compiles its own.
    const byFlags = (flags: number) =>
      bytecode.filter(({ content }) => content.readUInt32LE(4) === flags).map(({ path }) => path);
    expect(byFlags(0)).toEqual([]);
    expect(byFlags(1).filter((path) => path.includes('/idna/'))).not.toEqual([]);
    expect(byFlags(3).filter((path) => !path.startsWith('usr/lib/python3/dist-packages/'))).toEqual([]);
  });

  it("has the epoch's day in /etc/shadow", () => {
    const shadow =
      entries
        .filter(({ path }) => path === 'etc/shadow')
        .at(-1)
        ?.content.toString() ?? '';
    const added = shadow.split('\n').filter((line) => /^(?:sshd|messagebus):/.test(line));

    expect(added.map((line) => line.split(':')[2])).toEqual(added.map(() => String(EPOCH / 86_400)));
    expect(added.length).toBeGreaterThan(0);
  });

  it('has sorted labels, the user that jobs run as, and no trace of how the base was reached', () => {
    const { User, WorkingDir, Labels } = image.config.config;

    expect({ User, WorkingDir, Labels }).toEqual({
      User: '1000',
      WorkingDir: '/workspace',
      Labels: {
        'com.example.a': 'first',
        'com.example.team': 'vision',
        'org.opencontainers.image.base.digest': base.digest,
        'org.opencontainers.image.base.name': 'docker.io/bare/python:3.13',
      },
    });
    expect(JSON.stringify(image.config)).not.toContain(parts.registry.host);
  });

  it('is the same when the generated Dockerfile is built by hand', async () => {
    await using repository = await repositoryWith({ files: FILES });
    const { id, dockerfile } = await plannedEnvironment(repository.folder);
    // With the modes of the context that we send, so that the cache has every step.
    const requirements = { text: String(FILES['requirements.txt']), mode: 0o666 };
    await using context = await repositoryWith({
      files: { 'src/requirements.txt': requirements, Dockerfile: dockerfile },
    });
    await chmod(join(context.folder, 'src'), 0o777);

    const name = `${parts.registry.host}/environment/by-hand:latest`;
    const annotations = Object.entries(image.manifest.annotations ?? {}).map(([key, value]) =>
      csvField(`annotation.${key}=${value}`),
    );
    await buildByHand(name, context.folder, ['compression=zstd', ...annotations]);

    expect(image.manifest.annotations?.['dev.jobimg.id']).toBe(id);
    expect((await readImage(parts.registry, name)).digest).toBe(image.digest);
  });
});

/** As buildx reads the fields of `--output`. */
function csvField(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

interface PlannedEnvironment {
  readonly id: string;
  readonly dockerfile: string;
}

async function plannedEnvironment(folder: string): Promise<PlannedEnvironment> {
  const to = ['--registry', `${parts.registry.host}/environment/first`, '--defaults', parts.defaults];
  const { stdout } = await jobimg(['plan', '-C', folder, ...to, '--json'], { env: parts.env });
  const { jobs } = JSON.parse(stdout) as {
    readonly jobs: readonly { readonly environment: PlannedEnvironment }[];
  };
  const [job] = jobs;
  if (job === undefined) throw new Error(`a plan of one job was expected: ${stdout}`);
  return job.environment;
}

describe('the environment image with gzip', () => {
  withSecond('has the same contents from both builders', async () => {
    const spec =
      'name: train\nrun: "true"\nimage: { base: "busybox:latest", build: [mkdir -p /opt, seq 300000 > /opt/numbers], compression: gzip }\n';
    await using repository = await repositoryWith({ files: { 'jobimg.yml': spec, 'train.sh': 'true\n' } });

    const [one, two] = await Promise.all([
      build('environment/gzip', repository.folder, ['--rebuild']),
      build('environment/gzip-second', repository.folder, onSecond),
    ]);

    const [left, right] = await Promise.all([environmentOf(one), environmentOf(two)]);
    expect(left.manifest.layers.every(({ mediaType }) => mediaType.endsWith('+gzip'))).toBe(true);
    expect(right.manifest.config).toEqual(left.manifest.config);
  });
});
