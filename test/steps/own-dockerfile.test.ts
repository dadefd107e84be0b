import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { INPUT_DEFAULTS } from '../../src/inputs/inputs.ts';
import type { ImageConfig } from '../../src/oci/types.ts';
import { main } from '../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../fakes/tools.ts';

const REGISTRY = { kind: 'repository', text: 'ghcr.io/acme/train' } as const;

function worldWith(dockerfile: string, config: ImageConfig['config'] = {}): FakeWorld {
  const world = fakeWorld({
    'jobimg.yml': 'run: python train.py\nimage: { dockerfile: Dockerfile }\n',
    Dockerfile: dockerfile,
    'requirements.txt': 'six\n',
    'train.py': 'print(1)\n',
  });
  const { registry } = world.tools;
  const pull: typeof registry.pull = async (image) => {
    const parent = await registry.pull(image);
    return image.registry === 'ghcr.io' ? parent : { ...parent, config: { ...parent.config, config } };
  };
  Object.assign(world, { tools: { ...world.tools, registry: { ...registry, pull } } });
  return world;
}

function call(world: FakeWorld): ReturnType<typeof main> {
  return main({ ...INPUT_DEFAULTS, folder: '/repository', registry: REGISTRY, until: 'image' }, world.tools);
}

async function problemsOf(world: FakeWorld): Promise<readonly string[]> {
  const done = await call(world).catch((error: unknown) => error);
  if (!(done instanceof UserError)) return [];
  return done.findings.map(({ message, hint, location }) => `${location?.line}: ${message}: ${hint}`);
}

describe('your own Dockerfile', () => {
  it('is built again when a file changed that it copies, and not for another one', async () => {
    const world = worldWith('FROM a:1\nWORKDIR /app\nCOPY requirements.txt /\n');
    await call(world);

    world.files.set('train.py', 'print(2)\n');
    const edited = await call(world);
    world.files.set('requirements.txt', 'six==1.17.0\n');
    const changed = await call(world);

    expect(edited.images.get('train')).toMatchObject({ made: 'pushed', cache: 'environment' });
    expect(changed.images.get('train')?.why).toBe('rebuilt: requirements.txt changed');
    expect(world.builds).toHaveLength(2);
  });

  it('leaves files out of its context and out of the code, and each is told as what it is', async () => {
    const world = worldWith('FROM a:1\nWORKDIR /app\nCOPY requirements.txt /\n');
    const scanned: (string | undefined)[] = [];
    const { source } = world.tools;
    const scan: typeof source.scan = async (set, what) => {
      scanned.push(what);
      return await source.scan(set, what);
    };
    Object.assign(world, { tools: { ...world.tools, source: { ...source, scan } } });

    await call(world);

    expect(scanned).toEqual(['the code', 'the environment', 'the context of the Dockerfile']);
  });

  it('begins where its base does, and asks the base for that only when it says nothing itself', async () => {
    const said = worldWith('FROM a:1\nWORKDIR /app\n', { WorkingDir: '/base' });
    const inherited = worldWith('FROM a:1\nWORKDIR sub\n', { WorkingDir: '/base' });
    const pulled = (world: FakeWorld) => world.asked.filter((one) => one.startsWith('pull docker.io'));

    const plans = [await call(said), await call(inherited)].map(
      ({ plan }) => plan.jobs[0]?.recipe.code?.folder,
    );

    expect(plans).toEqual(['/app', '/base/sub']);
    expect(pulled(said)).toEqual([]);
  });

  it('is refused when its base reads files that are not in the context, until it names them itself', async () => {
    const config = { WorkingDir: '/', OnBuild: ['ENV A=1', 'COPY train.py /x/'] };

    const refused = await problemsOf(worldWith('FROM a:1\nWORKDIR /app\n', config));
    const read = worldWith('FROM a:1\n', { ...config, OnBuild: [...config.OnBuild, 'WORKDIR /built'] });
    const { plan } = await call(read);
    const named = await problemsOf(worldWith('FROM a:1\nWORKDIR /app\nCOPY train.py /x/\n', config));

    expect(refused).toEqual([
      expect.stringMatching(/has "ONBUILD COPY train\.py \/x\/".*also write "COPY train\.py/),
    ]);
    expect(named).toEqual([]);
    // Its config is read where it decides the work directory.
    expect(plan.jobs[0]?.recipe.code?.folder).toBe('/built');
  });

  it.each([
    ['COPY --from=biuld /a /a', 3],
    ['RUN --mount=from=biuld,target=/m true', 3],
    ['FROM biuld', 3],
  ])('that mistypes a stage in %s is told which there are', async (line) => {
    const world = worldWith(`FROM a:1 AS build\nFROM a:1 AS run\n${line}\n`);
    const { registry } = world.tools;
    const resolve: typeof registry.resolve = async (reference, platform) =>
      reference.path.endsWith('biuld') ? undefined : registry.resolve(reference, platform);
    Object.assign(world, { tools: { ...world.tools, registry: { ...registry, resolve } } });

    expect(await problemsOf(world)).toEqual([
      expect.stringMatching(/^3: .*no stage "biuld".*its stages: build/),
    ]);
  });
});
