import { describe, expect, it } from '@jest/globals';
import type { ApiCall } from '../../../src/backends/kubernetes/api/client.ts';
import { ApiError } from '../../../src/backends/kubernetes/api/errors.ts';
import { targetsOf } from '../../../src/backends/kubernetes/targets.ts';

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

  it('are not known to who may not list nodes', async () => {
    const forbidden = async () => {
      throw new ApiError('GET /api/v1/nodes', 403, 'forbidden', undefined);
    };
    expect(await targetsOf(new Map(), { call: forbidden })).toEqual([]);
  });
});
