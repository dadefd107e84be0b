import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { LOCK_FILE } from '../../../src/lock/lock.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { planJson } from '../../../src/report/plan-json.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
import { printResult } from '../../../src/report/text/result.ts';
import { lockJobs } from '../../../src/steps/lock/lock-jobs.ts';
import { main } from '../../../src/steps/main.ts';
import { verifyImages } from '../../../src/steps/verify/verify-images.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const BASE = 'docker.io/library/python:3.13-slim-bookworm';
const BOTH = ['linux/amd64', 'linux/arm64'];
const MOVED = sha256('moved');
const REGISTRY = { kind: 'repository', text: 'ghcr.io/acme/train' } as const;

interface Spec {
  readonly platforms?: string;
  readonly image?: string;
}

function specOf({ platforms = 'linux/amd64, linux/arm64', image = '' }: Spec = {}): string {
  return `run: python train.py\nimage: { requirements: requirements.txt, platforms: [${platforms}]${image} }\n`;
}

function worldOf(spec?: Spec): FakeWorld {
  return fakeWorld({
    'jobimg.yml': specOf(spec),
    'requirements.txt': 'tqdm==4.67.1\n',
    'train.py': 'print("hello")\n',
  });
}

const INPUTS: Inputs = { ...INPUT_DEFAULTS, folder: '/repository', registry: REGISTRY, until: 'image' };

async function call(world: FakeWorld, changes: Partial<Inputs> = {}) {
  world.asked.length = 0;
  world.builds.length = 0;
  world.lines.length = 0;
  const result = await main({ ...INPUTS, ...changes }, world.tools);
  const image = result.images.get('train');
  return { ...result, image };
}

async function messageOf(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserError) return error.findings.map(({ message }) => message);
    throw error;
  }
  throw new Error('it was expected to fail');
}

describe('an image for two platforms', () => {
  it('is an index of two, over two environments', async () => {
    const world = worldOf();

    const { image } = await call(world);

    const manifests = image?.image && (await world.tools.registry.indexManifests(image.image));
    expect(manifests?.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
    expect(new Set(manifests?.map(({ digest }) => digest)).size).toBe(2);
    expect(world.builds).toHaveLength(2);
    expect(image).toMatchObject({ made: 'pushed', cache: 'none', environment: { made: 'built' } });
    expect([...world.tags.keys()].filter((tag) => tag.includes(':env-'))).toHaveLength(3);
  });

  it('is found by one request for its tag', async () => {
    const world = worldOf();
    const first = await call(world);

    const second = await call(world);

    expect(second.image).toMatchObject({ made: 'found', cache: 'image', reference: first.image?.reference });
    expect(world.asked).toEqual([
      `resolve ${BASE}`,
      `resolve ${BASE} for linux/arm64`,
      `find ${first.image?.tag}`,
    ]);
  });

  it('needs no builder when only the code changed', async () => {
    const world = worldOf();
    await call(world);
    world.builderLacks.add('linux/arm64');

    world.files.set('train.py', 'print("hi")\n');
    const { image } = await call(world);

    expect(world.builds).toEqual([]);
    expect(image).toMatchObject({ made: 'pushed', cache: 'environment', environment: { made: 'found' } });
  });

  it('packs its code once', async () => {
    const world = worldOf();
    const { source } = world.tools;
    const pack = source.pack.bind(source);
    const packed: string[] = [];
    Object.assign(source, {
      pack: (layers: Parameters<typeof pack>[0]) => {
        packed.push(...layers.map(({ folder }) => folder));
        return pack(layers);
      },
    });

    await call(world);

    expect(packed).toEqual(['/workspace']);
  });

  it('is built for the platform alone whose base moved, and says so', async () => {
    const world = worldOf();
    await call(world);

    world.bases.set(`${BASE} for linux/arm64`, MOVED);
    const { image } = await call(world);

    expect(world.builds).toHaveLength(1);
    expect(image?.why).toBe(
      `rebuilt: linux/arm64: base python:3.13-slim-bookworm moved from ${sha256('base linux/arm64')} to ${MOVED}`,
    );
  });

  it('says once what changed on both', async () => {
    const world = worldOf();
    await call(world);

    world.files.set('requirements.txt', 'tqdm==4.67.0\n');
    const { image } = await call(world);

    expect(image?.why).toBe('rebuilt: requirements.txt changed');
  });

  it('is the same whatever the order and spelling of the platforms', async () => {
    const world = worldOf();
    const first = await call(world);

    world.files.set('jobimg.yml', specOf({ platforms: 'linux/arm64/v8, linux/x86_64, linux/arm64' }));
    const second = await call(world);

    expect(second.image).toMatchObject({ made: 'found', reference: first.image?.reference });
  });

  it('takes over the environment of the platform that there was before', async () => {
    const world = worldOf({ platforms: 'linux/amd64' });
    await call(world);

    world.files.set('jobimg.yml', specOf());
    const { image } = await call(world);

    expect(world.builds).toHaveLength(1);
    expect(image?.why).toBe('rebuilt: the platforms changed');
  });

  it('is made again when that is asked for', async () => {
    const world = worldOf();
    await call(world);

    const { image } = await call(world, { rebuild: true });

    expect(world.builds).toHaveLength(2);
    expect(image?.why).toBe('rebuild asked for: the digest is the same');
  });

  it('is the index of the environments when no code goes in', async () => {
    const world = worldOf();
    world.files.set('jobimg.yml', `${specOf()}code: mount\n`);

    const first = await call(world);
    const second = await call(world);

    expect(first.image).toMatchObject({ made: 'built', environment: { reference: first.image?.reference } });
    expect(second.image).toMatchObject({ made: 'found', why: 'nothing changed' });
    expect(world.asked.filter((one) => one.startsWith('find'))).toEqual([`find ${first.image?.tag}`]);
  });

  it('runs the steps that follow the code on each platform', async () => {
    const world = worldOf({ image: ', setup: [make]' });
    await call(world);

    world.files.set('train.py', 'print("hi")\n');
    const { image } = await call(world);

    expect(world.builds).toHaveLength(2);
    expect(image).toMatchObject({ made: 'built', environment: { made: 'found' } });
  });

  it('is not begun by a builder that lacks one of them', async () => {
    const world = worldOf();
    world.builderLacks.add('linux/arm64');

    expect(await messageOf(call(world))).toEqual(['the builder cannot run linux/arm64']);
    expect(world.builds).toEqual([]);
  });

  it('is told once to fail, whatever the number of its platforms', async () => {
    const world = worldOf();
    Object.assign(world.tools.builder, {
      build: async () => {
        throw new UserError('no builder answers');
      },
    });

    expect(await messageOf(call(world))).toEqual(['no builder answers']);
  });

  it('names the platform that its base lacks, and where it is asked for', async () => {
    const world = worldOf();
    Object.assign(world.tools.registry, {
      resolve: async (_: unknown, { architecture }: { readonly architecture: string }) => {
        if (architecture === 'amd64') return MOVED;
        throw new UserError('the image "python" is not available for linux/arm64', {
          code: 'platform-missing',
        });
      },
    });

    await expect(call(world)).rejects.toMatchObject({
      findings: [{ code: 'platform-missing', location: { file: 'jobimg.yml', line: 2, column: 53 } }],
    });
  });

  it('leaves the local engine the image of its own machine', async () => {
    const world = worldOf();

    const { image } = await call(world, { registry: { kind: 'none' } });

    expect(world.builds).toHaveLength(1);
    expect(world.lines).toContain('train: the local engine gets the image for linux/amd64 alone');
    expect(image?.engineId).toBeDefined();
  });

  it('is refused where the local engine is of another kind', async () => {
    const world = worldOf({ platforms: 'linux/arm64, linux/riscv64' });

    expect(await messageOf(call(world, { registry: { kind: 'none' } }))).toEqual([
      'the local engine is linux/amd64, and the image is for linux/arm64, linux/riscv64',
    ]);
  });
});

describe('the plan of an image for two platforms', () => {
  it('is the same object with a list of its platforms', async () => {
    const world = worldOf();
    const { plan, preview } = await call(world, { until: 'plan' });
    if (preview === undefined) throw new Error('a preview was expected');

    const json = JSON.parse(JSON.stringify(planJson(plan, preview)));

    const [job] = json.jobs;
    expect(job.environment).toMatchObject({ tag: expect.any(String), base: BASE, dockerfile: null });
    expect(job.image).toMatchObject({ tag: expect.any(String), cached: false });
    expect(job.platforms.map(({ platform }: { platform: string }) => platform)).toEqual(BOTH);
    expect(job.platforms[1]).toMatchObject({
      environment: { base: `${BASE}@${sha256('base linux/arm64')}`, dockerfile: expect.any(String) },
      image: { tag: expect.stringMatching(/^train-/) },
    });
  });

  it('is said to a person', async () => {
    const world = worldOf();

    const result = await call(world, { until: 'plan' });

    expect(printResult(result)).toContain('platforms    linux/amd64, linux/arm64');
    expect(renderSummary(result)).toContain('Dockerfile of train for linux/arm64');
  });
});

describe('an image for one platform', () => {
  it('is no index, and its base is looked up for it', async () => {
    const world = worldOf({ platforms: 'linux/arm64' });

    const { image } = await call(world);

    expect(world.asked[0]).toBe(`resolve ${BASE} for linux/arm64`);
    expect(image?.image && (await world.tools.registry.indexManifests(image.image))).toBeUndefined();
  });

  it('is checked against a base that is pinned, for the builder takes any', async () => {
    const digest = sha256('pinned');
    const world = worldOf({ platforms: 'linux/arm64', image: `, base: "python@${digest}"` });

    const { plan } = await call(world);

    expect(world.asked[0]).toBe(`resolve docker.io/library/python@${digest} for linux/arm64`);
    expect(plan.jobs[0]?.image).toMatchObject({ environment: { base: { digest } } });
  });
});

describe('verify', () => {
  it('makes every platform again', async () => {
    const world = worldOf();
    await call(world);
    world.builds.length = 0;

    const { images } = await verifyImages(INPUTS, world.tools);

    expect(world.builds).toHaveLength(2);
    expect(images.map(({ platform, verdict }) => `${platform ?? 'index'} ${verdict}`)).toEqual([
      'linux/amd64 same',
      'linux/amd64 same',
      'linux/arm64 same',
      'linux/arm64 same',
      'index same',
      'index same',
    ]);
  });

  it('names what an index holds in place of what was made', async () => {
    const world = worldOf();
    const { image } = await call(world);
    const { registry } = world.tools;
    const indexManifests = registry.indexManifests.bind(registry);
    Object.assign(registry, {
      indexManifests: async (asked: Parameters<typeof indexManifests>[0]) =>
        (await indexManifests(asked))?.slice(0, 1),
    });

    expect(await messageOf(verifyImages(INPUTS, world.tools))).toEqual([
      expect.stringMatching(
        /^train-[0-9a-f]{16} \(linux\/arm64\): the index ghcr\.io\/acme\/train@sha256:\w+ has no image of this commit/,
      ),
    ]);
    expect(image).toBeDefined();
  });
});

describe('the lock', () => {
  it('holds bases and packages of each platform, and is used for both', async () => {
    const world = worldOf();
    const report = { install: [] };
    world.answers.set('0.json', JSON.stringify(report));

    const { text = '' } = await lockJobs({ ...INPUTS, until: 'plan' }, world.tools);
    const { bases, packages } = JSON.parse(text);
    world.files.set(LOCK_FILE, text);
    await call(world, { until: 'plan', check: true });

    expect(bases[BASE]).toEqual({ 'linux/amd64': sha256('base'), 'linux/arm64': sha256('base linux/arm64') });
    expect(packages.map(({ platform }: { platform: string }) => platform)).toEqual([
      'linux/amd64',
      'linux/arm64',
    ]);
    expect(world.asked).toEqual([]);
  });
});

describe('a lock of another platform', () => {
  it('is missing what this one needs, and the log says so', async () => {
    const world = worldOf({ platforms: 'linux/amd64' });
    world.answers.set('0.json', JSON.stringify({ install: [] }));
    const { text = '' } = await lockJobs({ ...INPUTS, until: 'plan' }, world.tools);
    world.files.set(LOCK_FILE, text);

    world.files.set('jobimg.yml', specOf());
    const { findings } = await call(world, { until: 'plan', check: true });

    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'lock-missing: "base python:3.13-slim-bookworm (linux/arm64)" is not in jobimg.lock',
      'lock-missing: "requirements.txt (linux/arm64)" is not in jobimg.lock',
    ]);
  });
});

describe('several jobs', () => {
  it('with different images are built at the same time, and what they share once', async () => {
    const jobs = ['a', 'b', 'c'].map(
      (name) => `  ${name}: { run: "true", image: { packages: [${name === 'c' ? 'a' : name}] } }\n`,
    );
    const world = fakeWorld({ 'jobimg.yml': `jobs:\n${jobs.join('')}`, 'train.py': '' });
    const { builder } = world.tools;
    const build = builder.build.bind(builder);
    let begun = 0;
    let goOn = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    Object.assign(builder, {
      build: async (request: Parameters<typeof build>[0]) => {
        begun += 1;
        if (begun === 2) goOn();
        // Ends only when the other has begun.
        await both;
        return build(request);
      },
    });

    const { images } = await call(world, { job: { kind: 'all' } });

    expect(world.builds).toHaveLength(2);
    expect([...images.keys()]).toEqual(['a', 'b', 'c']);
    expect(images.get('a')?.environment?.reference).toBe(images.get('c')?.environment?.reference);
  });
});
