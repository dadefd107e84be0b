import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createApi } from '../../../src/backends/kubernetes/api/client.ts';
import { loadKubeconfig } from '../../../src/backends/kubernetes/api/kubeconfig.ts';
import { targetsOf } from '../../../src/backends/kubernetes/targets.ts';
import type { Measured } from '../../../src/fit/measured/measured.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { apiOf, patchObject } from '../api.ts';
import { START_TIMEOUT_MS } from '../cluster.ts';
import { setDevices } from '../devices.ts';
import { describeOnKubernetes } from '../real.ts';
import { type RealKubernetesBench, startRealBench } from './bench.ts';

const WAIT_MS = 180_000;
/** As many as other tests on this node have. */
const DEVICES = 2;
const DRIVER = 'nvidia.com/cuda.driver-version.major';
const COMPUTE = 'nvidia.com/gpu.compute.major';

const MEASURED: Measured = {
  format: 1,
  complete: true,
  packages: [{ name: 'torch', version: '2.15.0' }],
  cuda: { torch: '13.2' },
  compat: [],
  code: [{ package: 'torch', version: '2.15.0', cubins: ['8.0', '9.0'], ptx: [] }],
};

describeOnKubernetes('a node with labels of GPU Feature Discovery', () => {
  let bench: RealKubernetesBench;
  beforeAll(async () => {
    bench = await startRealBench('gpu-labels');
    await setDevices(bench.cluster, DEVICES);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await label({ [DRIVER]: null, [COMPUTE]: null, 'nvidia.com/gpu.product': null });
    await bench?.close();
  }, START_TIMEOUT_MS);

  function label(labels: Readonly<Record<string, string | null>>): Promise<void> {
    const patch = { metadata: { labels } };
    return patchObject(apiOf(bench.cluster), `/api/v1/nodes/${bench.cluster.node}`, patch);
  }

  it(
    'gets no pod whose image cannot run there, and gets it when it can',
    async () => {
      await label({ [DRIVER]: '570', [COMPUTE]: '9', 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' });
      const backend = bench.connect();
      const plan = bench.shell('echo started', {
        resources: { gpu: { count: { min: 1, max: 1 }, names: [], optional: false } },
        measured: new Map([['linux/amd64', MEASURED]]),
        outputs: [],
        metrics: [],
      });
      const handle = await backend.submit(plan, backend.intentOf(plan));

      const waits: string[] = [];
      let last: unknown;
      for await (const event of backend.follow(handle, new AbortController().signal)) {
        last = event;
        if (event.type !== 'state' || event.state !== 'queued' || !/affinity/.test(event.detail)) continue;
        waits.push(event.detail);
        await label({ [DRIVER]: '580' });
      }

      expect(waits.length).toBeGreaterThan(0);
      expect(last).toMatchObject({ type: 'end', verdict: { reason: 'succeeded' } });
    },
    WAIT_MS,
  );

  it(
    'says by them what it offers, to who may list nodes',
    async () => {
      const env = { KUBECONFIG: bench.cluster.kubeconfig, PATH: process.env['PATH'] };
      const access = await loadKubeconfig({ env, checkout: process.cwd() });
      const api = createApi({ access, clock: systemClock, log: () => undefined });
      await label({ [COMPUTE]: '9', 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' });

      const [target] = await targetsOf(new Map(), api);

      expect([target?.name, target?.gpus?.value[0]]).toEqual([
        `the node ${bench.cluster.node}`,
        expect.objectContaining({ name: 'NVIDIA-H100-80GB-HBM3', computeCapability: '9.0' }),
      ]);
    },
    WAIT_MS,
  );
});
