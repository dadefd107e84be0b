import { describe, expect, it } from '@jest/globals';
import type { Docker } from '../../../../src/backends/docker/engine/docker.ts';
import { preflight } from '../../../../src/backends/docker/launch/preflight.ts';
import { type Tables, withRows } from '../../../../src/fit/tables.ts';
import type { RunPlan } from '../../../../src/run/types/plan.ts';
import { MACHINES, type MachineName } from '../../../fit/machines.ts';

const GPU = { count: { min: 1, max: 1 }, names: [], optional: false };

async function check(
  env: readonly string[],
  machine: MachineName | undefined,
  more: object = {},
  tables?: Tables,
) {
  const asked: string[] = [];
  const docker = {
    queryGpus: async () => {
      asked.push('nvidia-smi');
      return machine === undefined ? undefined : { query: MACHINES[machine] };
    },
    tables: async () => tables,
  } as unknown as Docker;
  const run = { resources: { gpu: GPU }, ...more } as unknown as RunPlan;
  const image = { Id: 'sha256:1', Architecture: 'amd64', Config: { Env: [...env] } };
  return { asked, ...(await preflight(run, { image, info: {}, named: undefined }, docker)) };
}

describe('the environment of an image, just before its start', () => {
  it('ends a start that cannot succeed', async () => {
    expect(await check(['CUDA_VERSION=13.0.2', 'PATH=/bin'], 'rtx4090')).toEqual({
      asked: ['nvidia-smi'],
      failure: {
        reason: 'preflight',
        detail:
          "the image with CUDA 13.0 (CUDA_VERSION of the environment of the image) needs driver 580.65.06 or newer, and the engine's machine has driver 550.54.14 (nvidia-smi)",
        hint: expect.stringContaining('image: { cuda: "12.9" }'),
      },
    });
  });

  it('is compared by the rows of the organisation', async () => {
    const tables = withRows({
      driverFloors: [{ major: 13, driver: '550.10', source: 'https://example.org/', asOf: '2026-12' }],
    });

    expect(await check(['CUDA_VERSION=13.0.2'], 'rtx4090', {}, tables)).toMatchObject({
      notes: [expect.stringContaining('requires cuda>=13.0')],
    });
  });

  it('goes after what was read in the image, which the runtime compares with nothing', async () => {
    const code = [{ package: 'torch', version: '2.15.0', cubins: ['7.5', '8.0'], ptx: [] }];
    const packages = [{ name: 'torch', version: '2.15.0' }];
    const measured = { format: 1, complete: true, packages, cuda: { torch: '12.6' }, compat: [], code };

    const parts = new Map([['linux/amd64', measured]]);
    expect(await check(['PATH=/bin'], 'h200', { measured: parts })).toMatchObject({
      failure: {
        reason: 'preflight',
        detail: expect.stringContaining(
          'compiled for the compute capabilities 7.5, 8.0 (measured in the image)',
        ),
      },
    });
  });

  it('is that for the platform of the machine, of an image for several', async () => {
    const packages = [{ name: 'torch', version: '2.15.0' }];
    const code = (cubins: readonly string[]) => [{ package: 'torch', version: '2.15.0', cubins, ptx: [] }];
    const part = { format: 1, complete: true, packages, cuda: { torch: '12.6' }, compat: [] };
    const of = (amd64: string, arm64: string) =>
      new Map([
        ['linux/arm64', { ...part, code: code([arm64]) }],
        ['linux/amd64', { ...part, code: code([amd64]) }],
      ]);

    expect(await check(['PATH=/bin'], 'h200', { measured: of('9.0', '8.0') })).toEqual(
      expect.objectContaining({ notes: [] }),
    );
    expect(await check(['PATH=/bin'], 'h200', { measured: of('8.0', '9.0') })).toMatchObject({
      failure: { reason: 'preflight' },
    });
  });

  it.each<[string, readonly string[], MachineName | undefined, object, number, number]>([
    ['that fits', ['CUDA_VERSION=12.8.1'], 'l4', {}, 1, 0],
    ['that says nothing', ['PATH=/bin'], 'l4', {}, 0, 0],
    ['on a machine that says nothing', ['CUDA_VERSION=13.0.2'], undefined, {}, 1, 0],
    ['of a job without a GPU', ['CUDA_VERSION=13.0.2'], 'l4', { resources: {} }, 0, 0],
    ['that nobody wants compared', ['CUDA_VERSION=13.0.2'], 'l4', { preflight: 'off' }, 0, 0],
    ['where a warning is enough', ['CUDA_VERSION=13.0.2'], 'l4', { preflight: 'warn' }, 1, 1],
    [
      'of a job that can do without',
      ['CUDA_VERSION=13.0.2'],
      'l4',
      { resources: { gpu: { ...GPU, optional: true } } },
      1,
      1,
    ],
  ])('%s', async (_, env, machine, more, asked, notes) => {
    const result = await check(env, machine, more);

    expect([result.asked.length, 'notes' in result && result.notes.length]).toEqual([asked, notes]);
  });
});
