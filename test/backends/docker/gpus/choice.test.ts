import { describe, expect, it } from '@jest/globals';
import { type Device, parseDevices, printDevices } from '../../../../src/backends/docker/engine/device.ts';
import { chooseGpu, gpuRequest } from '../../../../src/backends/docker/engine/gpu.ts';
import { freeDevices, type GpuUse, waitText } from '../../../../src/backends/docker/engine/gpu-use.ts';
import { parseGpuList } from '../../../../src/backends/docker/gpus/list.ts';
import type { Gpu } from '../../../../src/jobspec/job/resources.ts';

const ONE: Gpu = { count: { min: 1, max: 1 }, names: [], optional: false };

function use(devices: string, more: Partial<GpuUse> = {}): GpuUse {
  return { container: 'c'.repeat(64), name: 'jobimg-a', devices: parseDevices(devices), ...more };
}

const from = (...names: string[]): readonly Device[] => names.map((name) => [name]);

/** As driver 535 prints it for a machine of two A100, of which the second is divided. */
const LIST = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-b52d1ce6-33ad-45f3-8f50-2e23d4b5b3a1)
  MIG 3g.20gb     Device  0: (UUID: MIG-c7384736-a75d-5afc-978f-d2f1294409fd)
  MIG 2g.10gb     Device  1: (UUID: MIG-a28ad590-3fda-56dd-84fc-0a0b96edc58d)
`;

describe('the GPUs of a machine', () => {
  it('are known by index and id, and a divided one by its parts', () => {
    expect(parseGpuList(LIST)).toEqual([
      ['0', 'GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77'],
      ['1:0', 'MIG-c7384736-a75d-5afc-978f-d2f1294409fd'],
      ['1:1', 'MIG-a28ad590-3fda-56dd-84fc-0a0b96edc58d'],
    ]);
    expect(parseGpuList('Failed to initialize NVML: Driver/library version mismatch\n')).toEqual([]);
  });

  it.each([
    ['those of CDI', { info: cdi('0', '1', 'GPU-a', 'all') }, [['0'], ['1']]],
    ['parts of one, by CDI', { info: cdi('0', '1:0', '1:1', '1') }, [['0'], ['1:0'], ['1:1']]],
    ['one that nobody tells from the others', { info: cdi('all') }, [['all']]],
    ['those that the machine lists', { info: {}, machine: [['0', 'GPU-a']] }, [['0', 'GPU-a']]],
    [
      'those of CDI with the ids that the machine knows',
      { info: cdi('0', '1'), machine: [['1', 'GPU-b']] },
      [['0'], ['1', 'GPU-b']],
    ],
    [
      'those of the operator, each once',
      { info: {}, given: ['GPU-b', '1', '0'], machine: [['1', 'GPU-b']] },
      [['GPU-b', '1'], ['0']],
    ],
    [
      'those of the operator that the spec names by another name',
      { info: {}, given: ['0', '1'], named: ['GPU-b'], machine: [['1', 'GPU-b']] },
      [['GPU-b', '1']],
    ],
    ['a part of what the operator gave', { info: {}, given: ['1'], named: ['1:0', '0:0'] }, [['1:0']]],
  ])('are %s', (_, sources, devices) => {
    expect(chooseGpu(ONE, sources)).toMatchObject({ kind: 'free', need: { from: devices } });
  });

  it('are no more than the part that the operator gave', () => {
    expect(chooseGpu(ONE, { info: {}, given: ['1:0'], named: ['1'] })).toMatchObject({ kind: 'missing' });
  });

  it.each([
    ['two', { min: 2, max: 2 }, [['0'], ['1']], { Count: 2 }],
    ['all', { min: 1 }, [['all']], { Count: -1 }],
  ])('are counted by the engine where nobody knows them: %s', (_, count, devices, which) => {
    expect(chooseGpu({ ...ONE, count }, { info: {} })).toMatchObject({
      kind: 'counted',
      request: { devices, host: { DeviceRequests: [which] } },
    });
  });
});

function cdi(...names: string[]) {
  return { DiscoveredDevices: names.map((name) => ({ Source: 'cdi', ID: `nvidia.com/gpu=${name}` })) };
}

describe('free GPUs', () => {
  it.each([
    ['the first where none is used', { from: from('0', '1'), min: 1, max: 1 }, [], '0'],
    ['the next', { from: from('0', '1'), min: 1, max: 1 }, ['0'], '1'],
    ['none when all are used', { from: from('0', '1'), min: 1, max: 1 }, ['0', '1'], undefined],
    ['none when too few are free', { from: from('0', '1'), min: 2, max: 2 }, ['0'], undefined],
    ['as many of a range as are free', { from: from('0', '1', '2'), min: 1, max: 3 }, ['1'], '0,2'],
    [
      'all that are free of an open range',
      { from: from('0', '1', '2'), min: 2, max: undefined },
      ['0'],
      '1,2',
    ],
    [
      'not fewer than the range begins with',
      { from: from('0', '1', '2'), min: 2, max: undefined },
      ['0,1'],
      undefined,
    ],
    ['another part of a divided one', { from: from('0:0', '0:1'), min: 1, max: 1 }, ['0:0'], '0:1'],
    ['no part of one that is used whole', { from: from('0:0', '1:0'), min: 1, max: 1 }, ['0'], '1:0'],
    ['not the whole of one whose part is used', { from: from('0', '1'), min: 1, max: 1 }, ['0:1'], '1'],
    [
      'not one of which the same need takes a part',
      { from: from('0', '0:1', '1'), min: 2, max: 2 },
      [],
      '0,1',
    ],
    ['none that has another name', { from: [['0', 'GPU-a'], ['1']], min: 1, max: 1 }, ['GPU-a'], '1'],
    ['none when somebody has all', { from: from('0', '1'), min: 1, max: 1 }, ['all'], undefined],
    ['none of all when somebody has one', { from: from('all'), min: 1, max: 1 }, ['0'], undefined],
  ])('are %s', (_, need, used, free) => {
    const devices = freeDevices(
      need,
      used.map((devices) => use(devices)),
    );

    expect(devices && printDevices(devices)).toBe(free);
  });

  it('are asked for in the way that the engine knows them', () => {
    const part = [
      ['0:1', 'MIG-x'],
      ['1', 'GPU-b'],
    ];

    expect(gpuRequest(part, cdi('0:1', '1'))).toMatchObject({
      host: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0:1', 'nvidia.com/gpu=1'] }] },
      count: 2,
    });
    expect(gpuRequest(part, {})).toMatchObject({
      host: { Runtime: 'nvidia' },
      env: { NVIDIA_VISIBLE_DEVICES: 'MIG-x,1' },
    });
    expect(gpuRequest([['1', 'GPU-b']], {})).toMatchObject({
      host: { DeviceRequests: [{ DeviceIDs: ['1'] }] },
    });
  });
});

describe('the reason of a wait', () => {
  const need = { from: from('0', '1'), min: 1, max: 1 };
  const since = Date.UTC(2026, 11, 1, 12, 1) / 1_000;

  it('names who has which GPU, and since when', () => {
    const uses = [use('0', { run: 'train-1a', job: 'train', since }), use('1', { run: 'b-2' })];

    expect(waitText(need, uses)).toBe(
      'waits for 1 GPU: GPU 0 is used by the run train-1a (job train, since 2026-12-01 12:01 UTC), GPU 1 by the run b-2',
    );
  });

  it('repeats no label that does not look like ours', () => {
    const uses = [use('0', { run: 'x\n::error::y', job: '\u001b[31m', since })];

    expect(waitText({ ...need, from: from('0') }, uses)).toBe(
      'waits for 1 GPU: GPU 0 is used by the container cccccccccccc (since 2026-12-01 12:01 UTC)',
    );
  });

  it('says so when nobody tells the GPUs apart', () => {
    expect(waitText({ ...need, from: from('all') }, [use('1', { run: 'b' })])).toBe(
      'waits for 1 GPU: the GPUs of the engine are used by the run b',
    );
  });
});
