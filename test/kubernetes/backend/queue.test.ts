import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { getObject, type KubernetesObject } from '../api.ts';
import { START_TIMEOUT_MS } from '../cluster.ts';
import { setDevices } from '../devices.ts';
import { type Kueue, startKueue } from '../kueue/kueue.ts';
import { describeOnKubernetes } from '../real.ts';
import { type RealKubernetesBench, startRealBench } from './bench.ts';
import { leastRules } from './least-rules.ts';

const WAIT_MS = 180_000;
const DEVICES = 2;

interface QueuedJob extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly suspend: boolean; readonly parallelism: number };
}

describeOnKubernetes('a run in a queue of Kueue', () => {
  let bench: RealKubernetesBench;
  let kueue: Kueue;
  beforeAll(async () => {
    bench = await startRealBench('queue', leastRules());
    await setDevices(bench.cluster, DEVICES);
    kueue = await startKueue(bench.cluster, bench.namespace.name, { queues: ['gpu'], quota: 0 });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await kueue?.[Symbol.asyncDispose]();
    await bench?.close();
  }, START_TIMEOUT_MS);

  const NODES = { nodes: { count: DEVICES, outputs: 'first' } } as const;

  async function submit(text: string, changes: Partial<RunPlan> = {}, queue = 'gpu') {
    const backend = bench.connect();
    const plan = bench.shell(text, {
      resources: { gpu: { count: { min: 1, max: 1 }, names: [], optional: false } },
      outputs: [],
      metrics: [],
      ...changes,
      backend: { name: 'kubernetes', options: { queue } },
    });
    await backend.check(plan);
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const stop = new AbortController();
    return { backend, handle, stop, events: backend.follow(handle, stop.signal) };
  }

  /** All that is told; `when` is called for each as it comes. */
  async function told(events: AsyncIterable<RunEvent>, when: (event: RunEvent) => Promise<void> | void) {
    const all: RunEvent[] = [];
    for await (const event of events) {
      all.push(event);
      await when(event);
    }
    const logs = ['', ''];
    for (const event of all)
      if (event.type === 'log') logs[event.node ?? 0] += Buffer.from(event.bytes).toString();
    return { end: all.at(-1), logs };
  }

  function waitsFor(event: RunEvent): string {
    return event.type === 'state' && event.state === 'queued' ? event.detail : '';
  }

  function objects<T>(path: string): Promise<{ readonly items: readonly T[] }> {
    return getObject(bench.namespace.api, path.replace('…', `namespaces/${bench.namespace.name}`));
  }

  const jobsCalled = (name: string) =>
    objects<QueuedJob>(`/apis/batch/v1/…/jobs?fieldSelector=metadata.name%3D${name}`);
  const podsOf = (job: string) => objects<KubernetesObject>(`/api/v1/…/pods?labelSelector=job-name%3D${job}`);

  it(
    'waits there with the reason that Kueue gives, and starts when it is admitted',
    async () => {
      await kueue.setQuota(0);
      const { backend, events, handle } = await submit('echo ran');
      const { items } = await jobsCalled(handle.name);
      let pods: readonly KubernetesObject[] | undefined;

      const { end, logs } = await told(events, async (event) => {
        if (!waitsFor(event).includes('insufficient unused quota') || pods !== undefined) return;
        pods = (await podsOf(handle.name)).items;
        await kueue.setQuota(1);
      });
      await backend.clean(handle);

      expect(items).toMatchObject([
        { metadata: { labels: { 'kueue.x-k8s.io/queue-name': 'gpu' } }, spec: { suspend: true } },
      ]);
      expect([pods, logs[0]]).toEqual([[], 'ran\n']);
      expect(end).toMatchObject({ verdict: { reason: 'succeeded' } });
    },
    WAIT_MS,
  );

  it(
    'is interrupted when Kueue takes its devices back, and is not started again behind the back of its caller',
    async () => {
      await kueue.setQuota(1);
      const { backend, events, handle } = await submit('echo ready; sleep 600 & wait');

      const { end } = await told(events, async ({ type }) => {
        if (type === 'log') await kueue.preempt(handle.name);
      });
      await backend.clean(handle);

      expect(end).toMatchObject({ verdict: { reason: 'interrupted' } });
      expect(await bench.count(handle.name)).toBe(0);
    },
    WAIT_MS,
  );

  it(
    'of two nodes begins when both fit, and not with one of them',
    async () => {
      await kueue.setQuota(1);
      const { backend, events, handle } = await submit('echo rank $NODE_RANK', NODES);
      const pods: number[] = [];

      const { end, logs } = await told(events, async (event) => {
        if (!waitsFor(event).includes('1 more needed') || pods.length > 0) return;
        pods.push((await podsOf(handle.name)).items.length);
        await kueue.setQuota(DEVICES);
      });
      await backend.clean(handle);

      expect([pods, logs]).toEqual([[0], ['rank 0\n', 'rank 1\n']]);
      expect(end).toMatchObject({ verdict: { reason: 'succeeded' } });
    },
    WAIT_MS,
  );

  it(
    'that is not there is told, and leaves nothing when it is cancelled',
    async () => {
      const { events, handle, stop } = await submit('true', {}, 'nowhere');

      const { end } = await told(events, (event) => {
        if (waitsFor(event).includes("LocalQueue nowhere doesn't exist")) stop.abort();
      });

      expect(end).toMatchObject({ verdict: { reason: 'cancelled' } });
      expect(await bench.count(handle.name)).toBe(0);
    },
    WAIT_MS,
  );
});
