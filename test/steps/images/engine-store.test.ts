import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs.ts';
import { main } from '../../../src/main.ts';
import type { Builder, Tools } from '../../../src/tools.ts';
import { fakeWorld } from '../../fakes/tools.ts';

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
