import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { targetOfSmi } from '../../../src/fit/smi.ts';
import { INPUT_DEFAULTS, type RegistryChoice } from '../../../src/inputs/inputs.ts';
import type { EnsuredImage } from '../../../src/plan/ensured-image.ts';
import { main } from '../../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';
import { MACHINES } from '../../fit/machines.ts';

const FILES = {
  'jobimg.yml': 'run: python train.py\ngpu: 1\n',
  'requirements.txt': 'torch==2.7.1+cu126\n',
  'train.py': '',
};
const said = (cubins: readonly string[]) =>
  JSON.stringify({
    format: 1,
    complete: true,
    packages: [{ name: 'torch', version: '2.7.1+cu126' }],
    cuda: { torch: '12.6' },
    compat: [],
    code: [{ package: 'torch', version: '2.7.1+cu126', cubins, ptx: [] }],
  });

function worldWith(answer: string, spec: string = FILES['jobimg.yml']): FakeWorld {
  const world = fakeWorld({ ...FILES, 'jobimg.yml': spec });
  world.targets = [targetOfSmi({ query: MACHINES.h200 }, "the engine's machine")];
  world.answers.set('gpu-code.json', answer);
  return world;
}

const REGISTRY: RegistryChoice = { kind: 'repository', text: 'registry.test/acme/train' };

async function start(world: FakeWorld, registry = REGISTRY) {
  return await main({ ...INPUT_DEFAULTS, folder: '/repository', registry }, world.tools);
}

/** For the usual platform, or another. */
const codeIn = (image: EnsuredImage | undefined, platform = 'linux/amd64') =>
  image?.measured?.get(platform)?.code ?? [];

const extracts = ({ builds }: FakeWorld) => builds.filter((one) => one === 'extract').length;
const refers = ({ asked }: FakeWorld) => asked.filter((one) => one.startsWith('refer '));

describe('the GPU code of an image', () => {
  it('is read when its environment was built, and kept beside it', async () => {
    const world = worldWith(said(['9.0']));
    const { images } = await start(world);

    expect([extracts(world), refers(world)]).toEqual([1, ['refer application/vnd.jobimg.gpu-code.v1+json']]);
    expect(codeIn(images.get('train'))[0]?.cubins).toEqual(['9.0']);
  });

  it('is found again, and read no second time', async () => {
    const world = worldWith(said(['9.0']));
    const first = await start(world);
    world.files.set('train.py', 'print()');
    const edited = await start(world);
    const again = await start(world);

    const all = [first, edited, again].map(({ images }) => images.get('train'));
    expect([extracts(world), refers(world).length, all.map((image) => image?.cache)]).toEqual([
      1,
      1,
      ['none', 'environment', 'image'],
    ]);
    expect(all.map((image) => codeIn(image)[0]?.cubins)).toEqual([['9.0'], ['9.0'], ['9.0']]);
  });

  it('is read for each of several platforms, once', async () => {
    const platforms = 'image: { platforms: [linux/amd64, linux/arm64] }\n';
    const world = worldWith(said(['9.0']), `run: x\ngpu: 1\n${platforms}`);
    const first = await start(world);
    await start(world);

    expect([extracts(world), refers(world).length]).toEqual([2, 2]);
    const image = first.images.get('train');
    expect([codeIn(image), codeIn(image, 'linux/arm64')].map((code) => code[0]?.cubins)).toEqual([
      ['9.0'],
      ['9.0'],
    ]);
  });

  it('ends the step before anything is started where it runs on none of the GPUs', async () => {
    const world = worldWith(said(['7.5', '8.0']));

    await expect(start(world)).rejects.toThrow(
      'torch 2.7.1 is compiled for the compute capabilities 7.5, 8.0 (measured in the image)',
    );
    expect(world.started).toEqual([]);
  });

  it.each<[string, string, RegistryChoice]>([
    ['a job without a GPU', 'run: x\n', REGISTRY],
    ['a job that compares nothing', 'run: x\ngpu: 1\npreflight: off\n', REGISTRY],
    ['the local engine', 'run: x\ngpu: 1\n', { kind: 'none' }],
  ])('is not read for %s', async (_, spec, registry) => {
    const world = worldWith(said(['9.0']), spec);
    await start(world, registry);
    expect([extracts(world), refers(world)]).toEqual([0, []]);
  });

  it.each([
    ['an image without Python', ''],
    ['an answer that is none', '{"format":7}'],
  ])('is not known of %s, which stops nothing', async (_, answer) => {
    const world = worldWith(answer);
    const { images, runs } = await start(world);

    expect([images.get('train')?.measured, runs.length, refers(world)]).toEqual([undefined, 1, []]);
  });

  it('holds for this call where it cannot be kept', async () => {
    const world = worldWith(said(['9.0']));
    const registry = {
      ...world.tools.registry,
      pushReferrer: async () => Promise.reject(new UserError('denied')),
    };
    const { images } = await start({ ...world, tools: { ...world.tools, registry } });

    expect(codeIn(images.get('train')).length).toBe(1);
    expect(world.lines.join()).toContain('it is not kept beside sha256:');
  });

  it('that cannot be read stops nothing', async () => {
    const world = worldWith('');
    const builder = {
      ...world.tools.builder,
      extract: async () => Promise.reject(new UserError('no shell')),
    };
    const { runs } = await start({ ...world, tools: { ...world.tools, builder } });

    expect([runs.length, world.lines]).toEqual([
      1,
      expect.arrayContaining(['train: GPU code for linux/amd64 was not read: no shell']),
    ]);
  });
});
