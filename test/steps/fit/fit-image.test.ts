import { describe, expect, it } from '@jest/globals';
import { targetOfSmi } from '../../../src/fit/smi.ts';
import { parseArguments } from '../../../src/host/inputs/command-line.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { fitJson, printFit } from '../../../src/report/command/fit.ts';
import { type FitQuestion, fitImage } from '../../../src/steps/fit/fit-image.ts';
import type { Registry } from '../../../src/tools/registry.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { MACHINES, type MachineName } from '../../fit/machines.ts';

const DIGEST = sha256('image');

async function ask(question: FitQuestion, env: readonly string[] = [], machine?: MachineName) {
  const world = fakeWorld({});
  if (machine !== undefined) world.targets = [targetOfSmi({ query: MACHINES[machine] }, 'this machine')];
  const registry: Registry = {
    ...world.tools.registry,
    resolve: async ({ path }) => (path === 'acme/nothing' ? undefined : DIGEST),
    pull: async (image) => ({
      image,
      manifest: { schemaVersion: 2, config: layer(1), layers: [layer(4e9), layer(1e9)] },
      config: {
        os: 'linux',
        architecture: 'amd64',
        config: { Env: env },
        rootfs: { type: 'layers', diff_ids: [] },
      },
    }),
  };
  return await fitImage(question, { ...world.tools, registry });
}

const layer = (size: number) => ({ mediaType: 'application/octet-stream', digest: DIGEST, size });

describe('jobimg fit', () => {
  it.each([
    ['GH200', 'arm64'],
    ['H100', 'amd64'],
  ])('looks, for %s, at the image for %s', async (gpu, architecture) => {
    const world = fakeWorld({});
    const asked: unknown[] = [];
    const registry: Registry = {
      ...world.tools.registry,
      async resolve(_, platform) {
        asked.push(platform);
        return undefined;
      },
    };

    await expect(fitImage({ image: 'acme/train:1', gpu }, { ...world.tools, registry })).rejects.toThrow();
    expect(asked).toEqual([{ os: 'linux', architecture }]);
  });

  it('tells whether an image runs on a GPU that is named', async () => {
    const answer = await ask({
      image: 'pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime',
      gpu: 'A100 80GB',
      driver: '470',
    });

    expect(answer.fits).toBe(false);
    expect(printFit(answer)).toEqual([
      `image pytorch/pytorch@${DIGEST}`,
      '  cuda: 12.6 (the name pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime)',
      '  framework: torch 2.7.1 (the name pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime)',
      '  compute-capabilities: 5.0, 6.0, 7.0, 7.5, 8.0, 8.6, 9.0 (https://github.com/pytorch/pytorch/blob/main/RELEASE.md)',
      `  platforms: linux/amd64 (pytorch/pytorch@${DIGEST.slice(0, 19)}…)`,
      `  size: 5.0 GB (pytorch/pytorch@${DIGEST.slice(0, 19)}…)`,
      'the target',
      '  driver: 470 (--driver)',
      '  gpus: A100 80GB (compute capability 8.0, 80.0 GB) (--gpu)',
      'it does not run there',
    ]);
  });

  it.each<[string, FitQuestion, readonly string[], MachineName | undefined, boolean | undefined]>([
    [
      'fits',
      { image: 'pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime', gpu: 'A100', driver: '535' },
      [],
      undefined,
      true,
    ],
    ['fits this machine', { image: 'acme/train:1' }, ['CUDA_VERSION=12.4.1'], 'a10g', true],
    ['does not fit this machine', { image: 'acme/train:1' }, ['CUDA_VERSION=13.0.2'], 'a10g', false],
    [
      'without a driver',
      { image: 'acme/train:1', gpu: 'A100' },
      ['CUDA_VERSION=12.4.1'],
      undefined,
      undefined,
    ],
    [
      'of which nothing is known',
      { image: 'acme/train:1', gpu: 'A100', driver: '535' },
      [],
      undefined,
      undefined,
    ],
    [
      'on a machine that says nothing',
      { image: 'acme/train:1' },
      ['CUDA_VERSION=12.4.1'],
      undefined,
      undefined,
    ],
  ])('%s', async (_, question, env, machine, expected) => {
    const answer = await ask(question, env, machine);

    expect(answer.fits).toBe(expected);
    expect(fitJson(answer)).toMatchObject({ fits: expected ?? null });
  });

  it.each<[string, Omit<FitQuestion, 'image'>, string, string]>([
    [
      'a GPU that is mistyped',
      { gpu: 'RTX 409O', driver: '580' },
      'no table knows the GPU "RTX 409O"',
      'did you mean "RTX 4090"?',
    ],
    [
      'a GPU that nobody knows',
      { gpu: 'Banana', driver: '580' },
      'no table knows the GPU "Banana"',
      'as nvidia-smi shows it',
    ],
    ['no GPU', { driver: '560' }, 'nobody says what the GPUs of the target are', 'say it with --gpu'],
    ['no driver', { gpu: 'L4' }, 'nobody says what the driver of the target is', 'say it with --driver'],
  ])('of %s is not certain, and says what to write', async (_, question, message, hint) => {
    const { fits, findings } = await ask({ image: 'acme/train:1', ...question }, ['CUDA_VERSION=12.4.1']);

    expect(fits).toBeUndefined();
    expect(findings.filter(({ code }) => code === 'fit-unknown')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    ]);
  });

  it('needs an image that is there, and a version of a driver', async () => {
    await expect(ask({ image: 'acme/nothing:1', gpu: 'A100' })).rejects.toThrow(
      'there is no image "acme/nothing:1"',
    );
    await expect(ask({ image: 'acme/train:1', driver: 'new' })).rejects.toThrow(
      '"new" is not the version of a driver',
    );
  });

  it('is a command', async () => {
    const context = { cwd: '/repository', env: {}, version: '1', write: () => undefined };
    const words = ['fit', 'acme/train:1', '--gpu', 'A100 80GB', '--driver', '535'];

    expect(await parseArguments(words, context)).toEqual({
      command: 'fit',
      image: 'acme/train:1',
      gpu: 'A100 80GB',
      driver: '535',
      json: false,
    });
  });
});
