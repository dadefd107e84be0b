import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../../src/run/types/event.ts';
import type { RunPlan } from '../../../../src/run/types/plan.ts';
import { IMAGE_NAME } from '../../fake-bench.ts';
import { clusterPlan, type FakeKubernetesBench, startKubernetesBench } from '../../kubernetes-bench.ts';

const NEVER = new AbortController().signal;

describe('a run that waits for its start on a cluster', () => {
  let bench: FakeKubernetesBench;
  beforeEach(async () => {
    bench = await startKubernetesBench();
  });
  afterEach(() => bench.close());

  async function all(events: AsyncIterable<RunEvent>): Promise<readonly RunEvent[]> {
    const told: RunEvent[] = [];
    for await (const event of events) told.push(event);
    return told;
  }

  /** Follows to the end, and does something at the first state that says this. */
  async function followed(said: string, act: (name: string) => void, changes: Partial<RunPlan> = {}) {
    const backend = bench.connect();
    const run = clusterPlan('prints', changes);
    const handle = await backend.submit(run, backend.intentOf(run));
    const told: RunEvent[] = [];
    let isDone = false;
    for await (const event of backend.follow(handle, NEVER)) {
      told.push(event);
      if (isDone || event.type !== 'state' || !('detail' in event) || !event.detail.includes(said)) continue;
      isDone = true;
      act(handle.name);
    }
    return told.at(-1);
  }

  it('is told that its Job was removed before it was followed, by a watch that others began', async () => {
    const leg = { label: 'a', values: new Map(), failFast: false };
    const backend = bench.connect();
    const submit = async (program: string) => {
      const run = clusterPlan(program, { leg });
      return await backend.submit(run, backend.intentOf(run));
    };
    const other = backend.follow(await submit('sleeps'), NEVER)[Symbol.asyncIterator]();
    await other.next();
    const gone = await submit('sleeps');
    bench.cluster.store.remove('jobs', 'default', gone.name);
    for (const { metadata } of bench.cluster.store.list('pods'))
      if (metadata.name.startsWith(gone.name)) bench.cluster.store.remove('pods', 'default', metadata.name);
    // The watch tells in order: by the end of a later run it has told of this one.
    await all(backend.follow(await submit('nothing'), NEVER));

    const told = await all(backend.follow(gone, NEVER));
    await other.return?.();

    expect(told.at(-1)).toMatchObject({
      verdict: { reason: 'cancelled', detail: 'its Job is not there any more' },
    });
  });

  it('gets its pod when the admission that failed works again', async () => {
    const { cluster } = bench;
    cluster.refusal = 'Internal error occurred: failed calling webhook "pods.acme": connection refused';

    const last = await followed('failed calling webhook', (name) => {
      cluster.refusal = undefined;
      cluster.resume(name);
    });

    expect(last).toMatchObject({ verdict: { reason: 'succeeded' } });
  });

  it('gets an image that its registry did not have at first', async () => {
    bench.cluster.images.clear();

    expect(await followed('not found', () => bench.cluster.images.add(IMAGE_NAME))).toMatchObject({
      verdict: { reason: 'succeeded' },
    });
  });
});
