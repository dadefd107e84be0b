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
