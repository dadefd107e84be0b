import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { printReference } from '../../../src/oci/reference.ts';
import { EngineStore } from '../../../src/steps/images/engine-store.ts';
import { main } from '../../../src/steps/main.ts';
import type { Builder } from '../../../src/tools/builder.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { plannedWorld } from './plans.ts';

const CALL: Inputs = { ...INPUT_DEFAULTS, folder: '/repository', registry: { kind: 'none' }, until: 'run' };
const SPEC = 'name: train\nrun: "true"\nimage: { build: [make] }\n';

/** A world in which the first builds lose to another one, which has put in what is said. */
function racing(lost: number, put: 'the same' | 'another') {
  const world = fakeWorld({ 'jobimg.yml': SPEC });
  const { builder, engine } = world.tools;
  let builds = 0;
  const other: Tools['engine'] = {
    ...engine,
    find: async (tag) => {
      const found = await engine.find(tag);
      return put === 'another' && found !== undefined ? { ...found, id: `sha256:${'f'.repeat(64)}` } : found;
    },
  };
  const build: Builder['build'] = async (request) => {
    const built = await builder.build(request);
    builds += 1;
    if (builds > lost) return built;
    throw new UserError('already exists', { kind: 'unavailable', code: 'build-exists' });
  };
  const tools: Tools = { ...world.tools, engine: other, builder: { ...builder, build } };
  return { tools, world };
}

describe('the local engine', () => {
  it('has no image that was put together without a builder', async () => {
    const { world } = await plannedWorld();
    const store = new EngineStore({ noCache: false }, world.tools);

    for (const refused of [store.put(), store.parent(), store.descriptorOf()])
      await expect(refused).rejects.toThrow('is only put into a registry');
  });

  it('names an image by its ID to who starts it, and by its tag to a Dockerfile', async () => {
    const { world, environment, to } = await plannedWorld();
    const store = new EngineStore({ noCache: false }, world.tools);

    const image = await store.build(environment.build, to);

    expect(store.nameOf(image)).toEqual({ reference: image.digest, engineId: image.digest });
    expect(printReference(store.baseReference(image, to.tag))).toBe(`localhost/jobimg:${to.tag}`);
  });
});

describe('two builds of the same environment at once', () => {
  it('end both with the image: the one that comes second takes it when it has the id', async () => {
    const { tools, world } = racing(1, 'the same');

    const { images, runs } = await main(CALL, tools);

    expect([...images.values()][0]).toMatchObject({ made: 'built' });
    expect(runs.map(({ verdict }) => verdict.reason)).toEqual(['succeeded']);
    expect(world.builds).toHaveLength(1);
  });

  it('builds again when something else stands there', async () => {
    const { tools, world } = racing(2, 'another');

    const { runs } = await main(CALL, tools);

    expect(runs.map(({ verdict }) => verdict.reason)).toEqual(['succeeded']);
    expect(world.builds).toHaveLength(3);
  });

  it('gives up when it goes on', async () => {
    const { tools } = racing(9, 'another');

    await expect(main(CALL, tools)).rejects.toThrow('already exists');
  });
});
