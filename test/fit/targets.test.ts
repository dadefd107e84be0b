import { describe, expect, it } from '@jest/globals';
import type { TargetFacts } from '../../src/fit/facts.ts';
import { gpuNamed, isNamed, modelOf } from '../../src/fit/gpu.ts';
import { targetOfLabels } from '../../src/fit/labels.ts';
import { targetOfNode } from '../../src/fit/node-labels.ts';
import { targetOfSmi } from '../../src/fit/smi.ts';
import { MACHINES, type MachineName, MIG_LIST } from './machines.ts';

const shown = ({ driver, gpus }: TargetFacts): unknown => [
  driver?.value,
  ...(gpus?.value ?? []).map(({ name, computeCapability, memory, brand, count }) =>
    [count, name, computeCapability, memory === undefined ? undefined : Math.round(memory / 1e9), brand].join(
      ' | ',
    ),
  ),
];

describe('a machine by its nvidia-smi', () => {
  it.each<[MachineName, readonly string[]]>([
    ['t4', ['470.57.02', '1 | Tesla T4 | 7.5 | 16 | tesla']],
    ['v100', ['535.104.05', '4 | Tesla V100-SXM2-32GB | 7.0 | 34 | tesla']],
    ['p4', ['580.126.09', '1 | Tesla P4 | 6.1 | 8 | tesla']],
    ['a10g', ['550.54.15', '1 | NVIDIA A10G | 8.6 | 24 | nvidia']],
    ['a100', ['525.60.13', '8 | NVIDIA A100-SXM4-80GB | 8.0 | 86 | nvidia']],
    ['l4', ['570.124.06', '1 | NVIDIA L4 | 8.9 | 24 | nvidia']],
    ['l40s', ['560.35.05', '2 | NVIDIA L40S | 8.9 | 48 | nvidia']],
    ['h100', ['545.23.08', '8 | NVIDIA H100 80GB HBM3 | 9.0 | 86 | nvidia']],
    ['h200', ['580.95.05', '1 | NVIDIA H200 | 9.0 | 151 | nvidia']],
    ['gh200', ['575.57.08', '1 | NVIDIA GH200 480GB | 9.0 | 103 | nvidia']],
    ['b200', ['575.57.08', '8 | NVIDIA B200 | 10.0 | 192 | nvidia']],
    ['b300', ['590.44.01', '8 | NVIDIA B300 SXM6 AC | 10.3 | 288 | nvidia']],
    ['gb10', ['580.95.05', '1 | NVIDIA GB10 | 12.1 |  | nvidia']],
    ['rtx3090', ['535.154.05', '1 | NVIDIA GeForce RTX 3090 | 8.6 | 26 | geforce']],
    ['rtx5090', ['570.124.06', '1 | NVIDIA GeForce RTX 5090 | 12.0 | 34 | geforce']],
    [
      'rtxPro6000',
      ['580.65.06', '1 | NVIDIA RTX PRO 6000 Blackwell Server Edition | 12.0 | 103 | nvidiartx'],
    ],
    ['a6000', ['535.183.06', '1 | NVIDIA RTX A6000 | 8.6 | 52 | nvidiartx']],
    ['old', ['450.80.02', '1 | Tesla V100-SXM2-16GB | 7.0 | 17 | tesla']],
    [
      'mixed',
      [
        '570.124.06',
        '1 | NVIDIA A100-SXM4-80GB | 8.0 | 86 | nvidia',
        '1 | Tesla V100-SXM2-32GB | 7.0 | 34 | tesla',
      ],
    ],
  ])('%s', (name, expected) => {
    expect(shown(targetOfSmi({ query: MACHINES[name] }, 'here'))).toEqual(expected);
  });

  it('of which GPUs are divided offers the parts of these', () => {
    expect(shown(targetOfSmi({ query: MACHINES.mig, list: MIG_LIST }, 'here'))).toEqual([
      '550.54.15',
      '1 | NVIDIA H100 80GB HBM3 MIG 3g.40gb | 9.0 | 43 | nvidia',
      '2 | NVIDIA H100 80GB HBM3 MIG 1g.10gb | 9.0 | 11 | nvidia',
      '1 | NVIDIA H100 80GB HBM3 | 9.0 | 86 | nvidia',
    ]);
  });

  it.each([
    [
      ['MIG-bbbbbbbb-1111-2222-3333-444444444444'],
      ['1 | NVIDIA H100 80GB HBM3 MIG 1g.10gb | 9.0 | 11 | nvidia'],
    ],
    [
      ['0', 'MIG-bbbbbbbb-1111-2222-3333-444444444444'],
      [
        '1 | NVIDIA H100 80GB HBM3 MIG 3g.40gb | 9.0 | 43 | nvidia',
        '2 | NVIDIA H100 80GB HBM3 MIG 1g.10gb | 9.0 | 11 | nvidia',
      ],
    ],
    [['MIG-dddddddd-1111-2222-3333-444444444444'], []],
  ])('of which the parts %j were given to this runner offers these', (only, expected) => {
    const target = targetOfSmi({ query: MACHINES.mig, list: MIG_LIST }, 'here', only);

    expect(shown(target)).toEqual(['550.54.15', ...expected]);
  });

  it('of which some GPUs were given to this runner offers these', () => {
    expect(shown(targetOfSmi({ query: MACHINES.mixed }, 'here', ['1']))).toEqual([
      '570.124.06',
      '1 | Tesla V100-SXM2-32GB | 7.0 | 34 | tesla',
    ]);
  });

  it.each([
    '',
    'No devices were found\n',
    'NVIDIA-SMI has failed because it could not communicate with the driver.\n',
  ])('that says "%s" is not known', (query) => {
    expect(targetOfSmi({ query }, 'here')).toEqual({ name: 'here' });
  });
});

describe('a GPU by its name', () => {
  it.each<[string, string | undefined]>([
    ['NVIDIA-A100-SXM4-80GB', 'A100'],
    ['NVIDIA-GeForce-RTX-4090', 'RTX 4090'],
    ['NVIDIA GeForce RTX 5070 Ti', 'RTX 5070 Ti'],
    ['NVIDIA RTX 6000 Ada Generation', 'RTX 6000 Ada'],
    ['NVIDIA RTX PRO 6000 Blackwell Server Edition', 'RTX PRO 6000'],
    ['Quadro RTX 6000', 'Quadro RTX 6000'],
    ['a10', 'A10'],
    ['H100', 'H100'],
    ['NVIDIA X9000', undefined],
  ])('%s', (name, model) => {
    expect(modelOf(name)?.name).toBe(model);
  });

  it('has the memory that it says, or the only one that there is', () => {
    expect(['A100 80GB', 'A100', 'L4', 'NVIDIA-A100-SXM4-40GB'].map((name) => gpuNamed(name).memory)).toEqual(
      [80e9, undefined, 24e9, 40e9],
    );
  });

  it('has, as a part of one, the memory of the part', () => {
    const names = [
      'NVIDIA A100-SXM4-40GB MIG 1g.5gb',
      'NVIDIA-H100-80GB-HBM3-MIG-3g.40gb',
      'MIG 1c.3g.20gb',
      '1g.10gb+me',
    ];
    expect(names.map((name) => gpuNamed(name).memory)).toEqual([5e9, 40e9, 20e9, 10e9]);
  });

  it('is what a spec calls so, and no other', () => {
    expect([isNamed('NVIDIA A100-SXM4-80GB', 'A100'), isNamed('NVIDIA A10G', 'A10')]).toEqual([true, false]);
  });
});

describe('a runner by its labels', () => {
  it.each<[readonly string[], unknown]>([
    [['self-hosted', 'gpu'], [undefined]],
    [
      ['gpu:a100', 'driver:535'],
      ['535', ' | a100 | 8.0 |  | nvidia'],
    ],
    [
      ['GPU=L4', 'driver-570.124.06'],
      ['570.124.06', ' | l4 | 8.9 | 24 | nvidia'],
    ],
    [['linux-amd64-gpu-h100-latest-1'], [undefined]],
    [['gpu-h100-580-2'], ['580', '2 | h100 | 9.0 |  | nvidia']],
    [['gpu:something'], [undefined]],
  ])('%j', (labels, expected) => {
    expect(shown(targetOfLabels(labels))).toEqual(expected);
  });

  it('is of an architecture', () => {
    expect(targetOfLabels(['self-hosted', 'ARM64']).architecture?.value).toBe('arm64');
  });
});

/** https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery */
describe('a node by its labels', () => {
  it('of GPU Feature Discovery', () => {
    const labels = {
      'kubernetes.io/arch': 'amd64',
      'nvidia.com/cuda.driver-version.full': '575.57.08',
      'nvidia.com/gpu.product': 'NVIDIA-B200',
      'nvidia.com/gpu.compute.major': '10',
      'nvidia.com/gpu.compute.minor': '0',
      'nvidia.com/gpu.memory': '183359',
      'nvidia.com/gpu.count': '8',
    };
    const target = targetOfNode({ name: 'gpu-1', labels, gpus: 8 });

    expect(shown(target)).toEqual(['575.57.08', '8 | NVIDIA-B200 | 10.0 | 192 | nvidia']);
    expect([target.architecture?.value, target.driver?.source]).toEqual([
      'amd64',
      'labels of the node gpu-1',
    ]);
  });

  it('of an older release of it', () => {
    const labels = {
      'nvidia.com/cuda.driver.major': '525',
      'nvidia.com/cuda.driver.minor': '105',
      'nvidia.com/cuda.driver.rev': '17',
      'nvidia.com/gpu.product': 'A100-SXM4-40GB',
    };
    expect(shown(targetOfNode({ name: 'gpu-1', labels }))).toEqual([
      '525.105.17',
      ' | A100-SXM4-40GB | 8.0 | 40 | nvidia',
    ]);
  });

  it('without any is known by what it has to give', () => {
    expect(shown(targetOfNode({ name: 'gpu-1', labels: {}, gpus: 2 }))).toEqual([undefined, '2 |  |  |  | ']);
  });
});
