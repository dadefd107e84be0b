import { describe, expect, it } from '@jest/globals';
import { checkAny, checkFit } from '../../src/fit/checks/fit.ts';
import type { FitSubject } from '../../src/fit/facts.ts';
import { factsOfEnvironment, pypiTorch, torchFacts } from '../../src/fit/image.ts';
import { targetOfLabels } from '../../src/fit/labels.ts';
import { targetOfNode } from '../../src/fit/node-labels.ts';
import { targetOfSmi } from '../../src/fit/smi.ts';
import type { Gpu } from '../../src/jobspec/job/resources.ts';
import { parseGpu } from '../../src/jobspec/values/gpu.ts';
import { MACHINES, type MachineName, MIG_LIST } from './machines.ts';

const TORCH = torchFacts('2.7.1', '12.6', 'uv.lock');

function said(subject: FitSubject): readonly string[] {
  return checkFit(subject).map(({ level, code, message }) => `${level} ${code}: ${message}`);
}

const asked = (text: string, more: Partial<Gpu> = {}): Gpu => ({ ...(parseGpu(text) as Gpu), ...more });

describe('what a job asks for', () => {
  it.each<[string, MachineName, string | undefined]>([
    ['1', 'l4', undefined],
    ['8', 'a100', undefined],
    ['24GB', 'l4', undefined],
    ['24GB', 'a10g', undefined],
    ['16GB', 't4', undefined],
    ['80GB', 'h100', undefined],
    ['A100', 'a100', undefined],
    ['L4,A10G', 'a10g', undefined],
    ['1', 'mixed', undefined],
    ['40GB', 'gb10', undefined],
    ['2', 'l4', 'error'],
    ['40GB', 'l4', 'error'],
    ['A100', 'h100', 'error'],
    ['H100:8', 'a100', 'error'],
    ['A10', 'a10g', 'error'],
    ['40GB', 'mixed', 'warning'],
    ['40GB:2', 'mixed', 'error'],
  ])('%s of the machine %s', (gpu, machine, level) => {
    const target = targetOfSmi({ query: MACHINES[machine] }, 'the machine');
    const found = checkFit({ image: {}, target, gpu: asked(gpu) }).filter(({ code }) => code === 'fit-gpu');

    expect(found.map((one) => one.level)).toEqual(level === undefined ? [] : [level]);
  });

  it('is compared with the parts of a GPU that is divided', () => {
    const target = targetOfSmi({ query: MACHINES.mig, list: MIG_LIST }, 'the machine', ['0']);

    expect(
      said({
        image: TORCH,
        target: { ...target, driver: { value: '580.95.05', source: 'x' } },
        gpu: asked('80GB'),
      }),
    ).toEqual([
      'error fit-gpu: the job asks for 1 GPU (80.0 GB of memory each), and the machine has 1 × NVIDIA H100 80GB HBM3 MIG 3g.40gb with 42.9 GB, 2 × NVIDIA H100 80GB HBM3 MIG 1g.10gb with 10.7 GB (nvidia-smi)',
    ]);
  });

  it.each<[string, MachineName, readonly string[]]>([
    ['570', 'l4', []],
    ['570.124.06', 'l4', []],
    ['535', 'h200', []],
    [
      '575',
      'l4',
      [
        'error fit-gpu: the job asks for driver 575 or newer, and the machine has driver 570.124.06 (nvidia-smi)',
      ],
    ],
  ])('may be the driver %s, on the machine %s', (driver, machine, expected) => {
    const target = targetOfSmi({ query: MACHINES[machine] }, 'the machine');
    const found = said({ image: {}, target, gpu: asked('1', { driver }) });

    expect(found.filter((text) => text.includes('fit-gpu'))).toEqual(expected);
  });

  it('may be a compute capability', () => {
    const target = targetOfSmi({ query: MACHINES.t4 }, 'the machine');
    const found = checkFit({ image: {}, target, gpu: asked('1', { computeCapability: '8.0' }) });

    expect(found.map(({ code }) => code)).toContain('fit-gpu');
  });
});

describe('a place', () => {
  it('has another architecture than the image', () => {
    const image = { platforms: { value: [{ os: 'linux', architecture: 'amd64' }], source: 'the spec' } };
    expect(said({ image, target: targetOfLabels(['ARM64']) })).toEqual([
      'error fit-platform: the image is for linux/amd64 (the spec), and the CPUs of the runner are arm64 (the label "ARM64")',
    ]);
  });

  it.each([
    ['2.10.0', ['fit-architecture', 'fit-unknown']],
    ['2.11.0', []],
  ])('of arm64 gets torch %s from PyPI in the build that is there', (version, expected) => {
    const image = pypiTorch(version, 'packages', { isArm64: true });
    const target = targetOfLabels(['gpu:gh200', 'driver:580.95.05']);

    expect(checkFit({ image, target, gpu: asked('1') }).map(({ code }) => code)).toEqual(expected);
  });

  it('is not known to have the CPUs of an image that is not for the usual ones', () => {
    const arm64 = { platforms: { value: [{ os: 'linux', architecture: 'arm64' }], source: 'its config' } };
    expect(said({ image: arm64, target: { name: 'gpu-1' } })).toEqual([
      'notice fit-unknown: the image is for linux/arm64 (its config), and nobody says which CPUs gpu-1 has',
    ]);
  });

  it('has no room for it', () => {
    const size = { value: 9e9, source: 'its manifest' };
    const freeDisk = { value: 20e9, source: 'df' };
    expect(said({ image: { size }, target: { name: 'gpu-1', freeDisk } })[0]).toMatch(
      /^warning fit-disk: .* 22.5 GB/,
    );
    expect(
      said({ image: { size }, target: { name: 'gpu-1', freeDisk: { ...freeDisk, value: 23e9 } } }),
    ).toEqual([]);
  });

  it.each([
    ['cdi', 'warning', "containers get GPUs by CDI there (docker info), and NVIDIA's own check is off"],
    ['legacy', 'error', 'its start is refused'],
    [undefined, 'warning', 'a runtime with CDI starts it all the same'],
  ] as const)('whose runtime is %s checks what an image requires: %s', (value, level, said) => {
    const target = targetOfSmi({ query: MACHINES.h100 }, 'the machine');
    const image = factsOfEnvironment(['NVIDIA_REQUIRE_CUDA=cuda>=12.8'], 'the image');
    const runtime = value && { value, source: 'docker info' };

    const [found] = checkFit({ image, target: { ...target, runtime } });
    expect([found?.level, found?.message.split('; ').at(-1)?.split(': ').at(-1)]).toEqual([level, said]);
  });

  it.each([
    ['1', 'lost', 'warning'],
    ['2', 'lost', 'error'],
    ['1', 'l4', undefined],
  ] as const)('of which a job gets %s: a GPU of %s that does not answer is told', (gpu, machine, level) => {
    const target = targetOfSmi({ query: MACHINES[machine] }, 'the machine');
    const found = checkFit({ image: {}, target, gpu: asked(gpu) }).find(({ code }) => code === 'fit-lost');

    expect(found?.level).toBe(level);
  });

  it('has no GPU that answers', () => {
    const query = '0, GPU-1, 570.124.06, [GPU requires reset], Disabled, NVIDIA A100-SXM4-80GB, 8.0\n';
    const target = targetOfSmi({ query }, 'the machine');

    expect(said({ image: {}, target })).toEqual([
      `error fit-lost: the machine has a GPU that does not answer its driver (nvidia-smi): ${query.trim()}`,
    ]);
  });

  it('gives containers no GPU', () => {
    const runtime = { value: 'none', source: 'docker info' } as const;
    expect(said({ image: {}, target: { name: 'gpu-1', runtime } })).toEqual([
      'error fit-runtime: containers get no GPU on gpu-1 (docker info)',
    ]);
  });

  it.each([
    [
      '2026-12',
      [
        'notice fit-driver-end: the machine has driver 570.124.06 (nvidia-smi), whose branch ended in 2026-02',
      ],
    ],
    ['2026-02', []],
  ])('has a driver whose branch has ended, in %s', (month, expected) => {
    const target = targetOfSmi({ query: MACHINES.l4 }, 'the machine');
    expect(said({ image: TORCH, target, month })).toEqual(expected);
  });

  it('of which nothing is known is no place that fits', () => {
    expect(said({ image: TORCH, target: targetOfLabels(['gpu']), gpu: asked('1') })).toEqual([
      'warning fit-unknown: it is not known whether torch 2.7.1 with CUDA 12.6 (uv.lock) runs there: nobody says what the driver and the GPUs of the runner are',
    ]);
    const newer = torchFacts('2.13.0', '13.0', 'uv.lock');
    const branch = targetOfLabels(['gpu:l4', 'driver:580']);
    expect(said({ image: newer, target: branch, gpu: asked('1') })).toEqual([
      'notice fit-unknown: torch 2.13.0 with CUDA 13.0 (uv.lock) needs driver 580.65.06 or newer, and the runner has driver 580 (the label "driver:580"): whether it is that new is not known',
    ]);
  });

  it('is enough when there is one of several', () => {
    const node = (name: string, driver: string) =>
      targetOfNode({
        name,
        labels: { 'nvidia.com/cuda.driver-version.full': driver, 'nvidia.com/gpu.product': 'NVIDIA-L4' },
        gpus: 1,
      });
    const image = torchFacts('2.13.0', '13.0', 'uv.lock');

    expect(checkAny({ image }, [node('old', '535.104.05'), node('new', '580.95.05')])).toEqual([]);
    expect(checkAny({ image }, [node('old', '535.104.05')]).map(({ message }) => message)).toEqual([
      'torch 2.13.0 with CUDA 13.0 (uv.lock) needs driver 580.65.06 or newer, and the node old has driver 535.104.05 (labels of the node old)',
    ]);
  });
});
