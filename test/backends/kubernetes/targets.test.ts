import { describe, expect, it } from '@jest/globals';
import type { ApiCall } from '../../../src/backends/kubernetes/api/client.ts';
import { ApiError } from '../../../src/backends/kubernetes/api/errors.ts';
import { targetsOf } from '../../../src/backends/kubernetes/targets.ts';
import { checkFit } from '../../../src/fit/checks/fit.ts';

const NODES = {
  items: [
    {
      metadata: { name: 'control', labels: { 'kubernetes.io/arch': 'amd64' } },
      status: { allocatable: { cpu: '4' } },
    },
    {
      metadata: {
        name: 'gpu-1',
        labels: {
          'kubernetes.io/arch': 'amd64',
          'nvidia.com/cuda.driver-version.full': '570.124.06',
          'nvidia.com/gpu.product': 'NVIDIA-L4',
        },
      },
      status: { allocatable: { cpu: '8', 'nvidia.com/gpu': '2' } },
    },
  ],
};

describe('the places of a cluster', () => {
  it('are its nodes with GPUs that the spec selects', async () => {
    const asked: ApiCall[] = [];
    const api = {
      call: async (call: ApiCall) => {
        asked.push(call);
        return { value: NODES, date: 0 };
      },
    };

    const targets = await targetsOf(
      new Map([
        ['pool', 'gpu'],
        ['zone', 'a'],
      ]),
      api,
    );

    expect(asked).toEqual([
      { method: 'GET', path: '/api/v1/nodes', query: { labelSelector: 'pool=gpu,zone=a' } },
    ]);
    expect(targets.map(({ name, driver, gpus }) => [name, driver?.value, gpus?.value[0]?.count])).toEqual([
      ['the node gpu-1', '570.124.06', 2],
    ]);
  });

  it.each<[string, Record<string, string>, string | undefined]>([
    ['by GPU Feature Discovery', { 'nvidia.com/gpu.product': 'NVIDIA-L4' }, 'device plugin'],
    [
      'by Node Feature Discovery',
      { 'feature.node.kubernetes.io/pci-0302_10de.present': 'true' },
      'device plugin',
    ],
    ['by its cloud', { 'cloud.google.com/gke-accelerator': 'nvidia-l4' }, 'device plugin'],
    [
      'in parts of several sizes',
      { 'nvidia.com/gpu.present': 'true', 'nvidia.com/mig.strategy': 'mixed' },
      'strategy',
    ],
    ['by no label', { 'nvidia.com/gpu.present': 'false' }, undefined],
  ])('that name a GPU %s, and give none, say what is missing', async (_, labels, fix) => {
    const items = [{ metadata: { name: 'gpu-2', labels }, status: { allocatable: { cpu: '8' } } }];
    const api = (nodes: object[]) => ({ call: async () => ({ value: { items: nodes }, date: 0 }) });

    const [target] = await targetsOf(new Map(), api(items));
    const both = await targetsOf(new Map(), api([...items, ...NODES.items]));

    expect(both.map(({ name }) => name)).toEqual(['the node gpu-1']);
    expect(target?.runtime?.fix).toEqual(fix === undefined ? undefined : expect.stringContaining(fix));
    if (target === undefined) return;
    const gpu = { count: { min: 1, max: 1 }, names: [], optional: false };
    expect(checkFit({ image: {}, target, gpu }).filter(({ level }) => level !== 'notice')).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('on the node gpu-2 (its label "'),
      }),
    ]);
  });

  it('are not known to who may not list nodes', async () => {
    const forbidden = async () => {
      throw new ApiError('GET /api/v1/nodes', 403, 'forbidden', undefined);
    };
    expect(await targetsOf(new Map(), { call: forbidden })).toEqual([]);
  });
});
