import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import type { EnsuredImage } from '../../../src/plan/ensured-image.ts';
import { main } from '../../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const STORES: readonly (readonly [string, Inputs['registry']])[] = [
  ['a registry', { kind: 'repository', text: 'ghcr.io/acme/train' }],
  ['the local engine', { kind: 'none' }],
];

function worldOf(image = ''): FakeWorld {
  return fakeWorld({
    'jobimg.yml': `run: python train.py\nimage: { requirements: requirements.txt${image} }\n`,
    'requirements.txt': 'six\n',
    'train.py': '1\n',
  });
}

async function imageOf(world: FakeWorld, changes: Partial<Inputs>): Promise<EnsuredImage | undefined> {
  const { images } = await main(
    { ...INPUT_DEFAULTS, folder: '/repository', until: 'image', ...changes },
    world.tools,
  );
  return images.get('train');
}

describe.each(STORES)('of an image in %s', (_, registry) => {
  it.each([
    ['the code', ', setup: [make]'],
    ['the environment alone', ''],
  ])('a rebuild that was asked for is told as one: with %s', async (what, image) => {
    const world = worldOf(image);
    if (what !== 'the code') world.files.set('jobimg.yml', `${world.files.get('jobimg.yml')}code: mount\n`);
    await imageOf(world, { registry });

    const again = await imageOf(world, { registry, rebuild: true });

    expect(again).toMatchObject({ made: 'built', why: 'rebuild asked for: the digest is the same' });
  });

  it('nobody is asked about the environment when the image is there', async () => {
    const world = worldOf(', setup: [make]');
    const first = await imageOf(world, { registry });
    const asked: string[] = [];
    const { engine } = world.tools;
    const find = engine.find.bind(engine);
    Object.assign(engine, {
      find: async (tag: string) => {
        asked.push(`find ${tag}`);
        return find(tag);
      },
    });
    world.asked.length = 0;

    const second = await imageOf(world, { registry });

    expect(second).toMatchObject({ made: 'found', cache: 'image', reference: first?.reference });
    const finds = [...asked, ...world.asked].filter((one) => one.startsWith('find'));
    expect(finds).toEqual([`find ${first?.tag}`]);
  });

  it('the environment is told as what was there already when only the code changed', async () => {
    const world = worldOf(', setup: [make]');
    await imageOf(world, { registry });

    world.files.set('train.py', '2\n');
    const again = await imageOf(world, { registry });

    expect(again).toMatchObject({ made: 'built', cache: 'environment', environment: { made: 'found' } });
  });
});
