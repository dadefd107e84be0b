import { describe, expect, it } from '@jest/globals';
import { nodeAffinity } from '../../../../src/backends/kubernetes/job/node-affinity.ts';
import type { Measured } from '../../../../src/fit/measured/measured.ts';

const CODE: Measured['code'] = [
  { package: 'torch', version: '2.15.0', cubins: ['7.5', '8.0', '8.6', '9.0', '10.0', '12.0'], ptx: [] },
];
const GPU = { count: { min: 1, max: 1 }, names: [], optional: false };
const MEASURED: Measured = {
  format: 1,
  complete: true,
  packages: [{ name: 'torch', version: '2.15.0' }],
  cuda: { torch: '13.2' },
  compat: [],
  code: CODE,
};
const DRIVER = { key: 'nvidia.com/cuda.driver-version.major', operator: 'Gt', values: ['579'] };
const COMPUTE = {
  key: 'nvidia.com/gpu.compute.major',
  operator: 'In',
  values: ['7', '8', '9', '10', '12'],
};
const UNLABELLED = { key: DRIVER.key, operator: 'DoesNotExist' };
const ptx = [{ capability: '9.0', version: '8.5' }];

const only = (measured: Measured) => new Map([['linux/amd64', measured]]);

function termsOf(run: object, given?: Parameters<typeof nodeAffinity>[1]) {
  const affinity = nodeAffinity({ resources: { gpu: GPU }, measured: only(MEASURED), ...run }, given) as
    | {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: { matchExpressions: object[] }[];
          };
        };
      }
    | undefined;
  return affinity?.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.map(
    ({ matchExpressions }) => matchExpressions,
  );
}

describe('the nodes that an image runs on', () => {
  it('are those whose labels say so, and those that say nothing', () => {
    expect(termsOf({})).toEqual([[DRIVER, COMPUTE], [UNLABELLED]]);
  });

  it('have its CPUs, whatever else is asked', () => {
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    const node = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] };

    expect(termsOf({ resources: {}, platforms })).toEqual([[node]]);
    expect(termsOf({ platforms })).toEqual([
      [node, DRIVER, COMPUTE],
      [node, UNLABELLED],
    ]);
    expect(termsOf({ resources: {} })).toBeUndefined();
  });

  it('are not asked for the memory of a GPU of AMD, which no label tells', () => {
    const gpu = { ...GPU, vendor: 'amd', memory: { min: 85_310_000_000 } };

    expect(termsOf({ resources: { gpu }, measured: undefined })).toBeUndefined();
  });

  it('are among those that the spec allows', () => {
    const given = { key: 'zone', operator: 'In', values: ['a'] } as const;
    const memory = { key: 'nvidia.com/gpu.memory', operator: 'Gt', values: ['77293'] };
    const gpu = { ...GPU, memory: { min: 85_310_000_000 } };

    const [labelled = [], unlabelled = []] = termsOf({ resources: { gpu } }, [given]) ?? [];
    expect(labelled).toEqual([expect.objectContaining({ key: memory.key }), given, DRIVER, COMPUTE]);
    expect(unlabelled).toEqual([expect.objectContaining({ key: memory.key }), given, UNLABELLED]);
  });

  it('depend on its CPUs when the image is for several platforms', () => {
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
    const arm64 = { ...MEASURED, code: CODE.map((one) => ({ ...one, cubins: ['9.0'] })) };
    const measured = new Map([
      ['linux/amd64', MEASURED],
      ['linux/arm64', arm64],
    ]);
    const on = (architecture: string) => ({
      key: 'kubernetes.io/arch',
      operator: 'In',
      values: [architecture],
    });

    expect(termsOf({ measured, platforms })).toEqual([
      [on('amd64'), DRIVER, COMPUTE],
      [on('amd64'), UNLABELLED],
      [on('arm64'), DRIVER, { ...COMPUTE, values: ['9'] }],
      [on('arm64'), UNLABELLED],
    ]);
    expect(termsOf({ measured: only(MEASURED), platforms })?.at(-1)).toEqual([on('arm64')]);
  });

  it.each<[string, object, readonly object[] | undefined]>([
    ['of a job without a GPU', { resources: {} }, undefined],
    ['of an image that nobody has read', { measured: undefined }, undefined],
    ['where a contradiction would only be told', { preflight: 'warn' }, undefined],
    ['where it can do without a GPU', { resources: { gpu: { ...GPU, optional: true } } }, undefined],
    [
      'that has code for newer GPUs',
      { measured: only({ ...MEASURED, code: CODE.map((one) => ({ ...one, ptx })) }) },
      [[DRIVER], [UNLABELLED]],
    ],
    [
      'that has cuda-compat',
      { measured: only({ ...MEASURED, compat: [{ library: '590.44.01', cuda: '13.1', drivers: [535] }] }) },
      [[COMPUTE], [{ key: COMPUTE.key, operator: 'DoesNotExist' }]],
    ],
  ])('%s', (_, run, expected) => {
    expect(termsOf(run)).toEqual(expected);
  });
});
