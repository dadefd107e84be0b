import { afterEach, describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { ANNOTATION } from '../../../src/oci/types.ts';
import { main } from '../../../src/steps/main.ts';
import { verifyImages } from '../../../src/steps/verify/verify-images.ts';
import type { Builder } from '../../../src/tools/builder.ts';
import { type Grant, MANNERS, type Manner } from '../../fakes/github/rules.ts';
import { type FakeGithub, startFakeGithub } from '../../fakes/github/server.ts';
import { type FakeRegistry, startFakeRegistry } from '../../fakes/registry-server.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';
import { setUp } from '../../registry/setup.ts';

const ALL = Object.keys(MANNERS) as Manner[];
const SPECS = {
  'one image': 'image: { requirements: requirements.txt }',
  'two platforms': 'image: { requirements: requirements.txt, platforms: [linux/amd64, linux/arm64] }',
  'steps after the code': 'image: { requirements: requirements.txt, setup: [make] }',
  'no code': 'image: { requirements: requirements.txt }\ncode: none',
} as const;
const PATH = 'acme/train';

let behind: FakeRegistry;
let github: FakeGithub;

afterEach(async () => {
  await Promise.all([behind.close(), github.close()]);
});

async function start(manner: Manner = 'token-denied'): Promise<void> {
  behind = await startFakeRegistry();
  github = await startFakeGithub({ behind: behind.host, manner });
}

interface Job {
  readonly grant: Grant;
  readonly spec?: string;
  readonly inputs?: Partial<Inputs>;
}

/** One job of a workflow: a client of its own, with the token that the job has. */
function worldOf({ grant, spec = SPECS['one image'] }: Job): FakeWorld {
  const destination = { registry: github.host, path: PATH };
  const world = fakeWorld(
    { 'jobimg.yml': `run: python train.py\n${spec}\n`, 'requirements.txt': 'six\n', 'train.py': '1\n' },
    { autoRegistry: destination },
  );
  const login = { registry: github.host, ...github.logins[grant] };
  const { registry } = setUp(github, { registryAuth: JSON.stringify([login]), destination });
  const build: Builder['build'] = async (request) => {
    if (request.to.kind === 'engine') return world.tools.builder.build(request);
    world.builds.push(request.to.tag);
    const annotations = { ...Object.fromEntries(request.plan.annotations), [ANNOTATION.id]: request.id };
    const { digest } = behind.seed(PATH, request.to.tag, { annotations });
    github.packages.set(PATH, { visibility: 'private', linked: true });
    return { kind: 'pushed', repository: destination, digest: digest as `sha256:${string}` };
  };
  return {
    ...world,
    tools: {
      ...world.tools,
      registry: bound(registry, world.tools.registry),
      builder: { ...world.tools.builder, build },
    },
  };
}

/** Bases come from the world in memory, everything else from the server. */
type Registry = FakeWorld['tools']['registry'];

function bound(registry: Registry, memory: Registry): Registry {
  return {
    resolve: memory.resolve,
    prepare: (...to) => registry.prepare(...to),
    find: (reference) => registry.find(reference),
    pull: (image) => (image.registry === github.host ? registry : memory).pull(image),
    descriptorOf: (image) => registry.descriptorOf(image),
    indexManifests: (image) => registry.indexManifests(image),
    blob: (repository, blob) => registry.blob(repository, blob),
    push: (...to) => registry.push(...to),
    retag: (from, tag, replaces) => registry.retag(from, tag, replaces),
    pushRefusal: (to) => registry.pushRefusal(to),
    manifest: (image) => registry.manifest(image),
    pushReferrer: (subject, artifact) => registry.pushReferrer(subject, artifact),
    referrers: (subject) => registry.referrers(subject),
    tags: (repository) => registry.tags(repository),
    remove: (repository, name) => registry.remove(repository, name),
  };
}

function inputsOf(changes: Partial<Inputs> = {}): Inputs {
  const registry = { kind: 'repository', text: `${github.host}/${PATH}` } as const;
  return { ...INPUT_DEFAULTS, folder: '/repository', registry, until: 'image', ...changes };
}

async function run(job: Job) {
  const world = worldOf(job);
  const before = github.requests.length;
  const result = await main(inputsOf(job.inputs), world.tools);
  const asked = github.requests.slice(before);
  return { ...result, image: result.images.get('train'), world, asked };
}

function writes(requests: FakeGithub['requests']): readonly string[] {
  return requests
    .filter(({ method, path }) => !['GET', 'HEAD'].includes(method) || /scope=.*push/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

const CASES = ALL.flatMap((manner) =>
  Object.entries(SPECS).map(([what, spec]) => ({ manner, what, spec: String(spec) })),
);

describe('the first push of a package', () => {
  it.each(CASES)('with $what makes it, and the next job reads it: $manner', async ({ manner, spec }) => {
    await start(manner);

    const first = await run({ grant: 'write', spec, inputs: { tags: ['latest'] } });
    const second = await run({ grant: 'read', spec });

    expect(first.image?.made).not.toBe('found');
    expect(behind.state.tags.get(`${PATH}:latest`)).toBe(first.image?.image?.digest);
    expect(behind.state.tags.has(`${PATH}:train.last`)).toBe(true);
    expect(second.image).toMatchObject({ made: 'found', reference: first.image?.reference });
    expect(second.world.builds).toEqual([]);
    expect(writes(second.asked)).toEqual([]);
  });

  it.each(ALL)('that is not allowed is told before anything is built: %s', async (manner) => {
    await start(manner);

    const ran = run({ grant: 'read' });

    await expect(ran).rejects.toMatchObject({
      kind: 'input',
      findings: [{ code: 'no-push-rights', hint: expect.stringContaining('`registry: none`') }],
    });
    expect(behind.requests).toEqual([]);
  });

  it('that is not allowed names the permission which is missing', async () => {
    await start('manifest-403');

    await expect(run({ grant: 'read' })).rejects.toMatchObject({
      message: expect.stringMatching(/is not known, and nothing may be pushed there: .* is denied/),
      findings: [{ hint: expect.stringContaining('"permissions: { contents: read, packages: write }"') }],
    });
  });

  it('into the package of another repository names its settings', async () => {
    await start();
    github.packages.set(PATH, { visibility: 'private', linked: false });

    await expect(run({ grant: 'write' })).rejects.toMatchObject({
      message: expect.stringContaining('permission_denied: read_package'),
      findings: [{ hint: expect.stringContaining('"Package settings" → "Manage Actions access"') }],
    });
  });
});

describe('a package that is there', () => {
  it.each(ALL)('gets a tag that it has not yet: %s', async (manner) => {
    await start(manner);
    const first = await run({ grant: 'write' });

    const second = await run({ grant: 'write', inputs: { tags: ['v1'] } });

    expect(second.image?.made).toBe('found');
    expect(behind.state.tags.get(`${PATH}:v1`)).toBe(first.image?.image?.digest);
  });

  it('is not written to because it cannot be reached', async () => {
    await start();
    await run({ grant: 'write' });
    const world = worldOf({ grant: 'write' });
    behind.fault(behind.requests.length, { kind: 'status', status: 400 }, Number.POSITIVE_INFINITY);
    const before = github.requests.length;

    const ran = main(inputsOf(), world.tools);

    await expect(ran).rejects.toMatchObject({ kind: 'unavailable' });
    expect(writes(github.requests.slice(before))).toEqual([]);
  });
});

describe('a registry that nobody named', () => {
  it.each(ALL)('gets the first image of a job that may write packages: %s', async (manner) => {
    await start(manner);

    const { plan, image, findings } = await run({ grant: 'write', inputs: { registry: { kind: 'auto' } } });

    expect(plan.destination).toMatchObject({ kind: 'registry' });
    expect(image?.reference).toMatch(`${github.host}/${PATH}@sha256:`);
    expect(findings.filter(({ code }) => code === 'no-push-rights')).toEqual([]);
  });

  it.each(
    ALL.flatMap((manner) => (['read', 'none', 'expired'] as const).map((grant) => ({ manner, grant }))),
  )('gets none of a job that may not, which keeps it here: $manner, $grant', async ({ manner, grant }) => {
    await start(manner);

    const { plan, image, findings } = await run({ grant, inputs: { registry: { kind: 'auto' } } });

    expect(plan.destination).toEqual({ kind: 'engine' });
    expect(image).toMatchObject({ made: 'built', engineId: expect.any(String) });
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'warning', code: 'no-push-rights', hint: expect.anything() }),
    );
  });

  it('whose package belongs to another repository names its settings in the warning', async () => {
    await start();
    github.packages.set(PATH, { visibility: 'private', linked: false });

    const { plan, findings } = await run({ grant: 'write', inputs: { registry: { kind: 'auto' } } });

    expect(plan.destination).toEqual({ kind: 'engine' });
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'no-push-rights',
        hint: expect.stringMatching(/"Manage Actions access" .* or keep images in the local engine/),
      }),
    );
  });

  it('is not written to by a job that finds its image there and may only read', async () => {
    await start();
    await run({ grant: 'write' });

    const { image, asked } = await run({ grant: 'read', inputs: { registry: { kind: 'auto' } } });

    expect(image?.made).toBe('found');
    expect(writes(asked)).toEqual([]);
  });
});

describe('who only looks', () => {
  it.each(ALL.filter((manner) => manner !== 'manifest-404'))('plans with an unknown: %s', async (manner) => {
    await start(manner);

    const { preview, asked } = await run({ grant: 'write', inputs: { until: 'plan' } });

    expect(preview?.found.size).toBe(0);
    expect(preview?.findings).toMatchObject([{ level: 'warning', code: 'registry-denied' }]);
    expect(writes(asked)).toEqual([]);
  });

  it.each(ALL.filter((manner) => manner !== 'manifest-404'))('verifies nothing: %s', async (manner) => {
    await start(manner);
    const { tools } = worldOf({ grant: 'write' });

    const verified = verifyImages(inputsOf(), tools);

    await expect(verified).rejects.toMatchObject({ findings: [{ code: 'registry-denied' }] });
    expect(writes(github.requests)).toEqual([]);
  });
});
