import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { KubeFault } from '../../fakes/kubernetes/server.ts';
import {
  clusterPlan,
  type FakeKubernetesBench,
  kubernetesOn,
  plainAccess,
  startKubernetesBench,
} from '../kubernetes-bench.ts';

const REFUSES: KubeFault = (_call, _request, response) => {
  response.destroy();
  return true;
};
const SWALLOWS: KubeFault = () => true;

describe('a run that is cancelled while its cluster is away', () => {
  let bench: FakeKubernetesBench;
  beforeEach(async () => {
    bench = await startKubernetesBench();
  });
  afterEach(() => bench.close());

  const jobs = () => bench.cluster.store.list('jobs');

  async function start(program: string, stopGrace: number) {
    const { backend, progress } = kubernetesOn(plainAccess(bench.cluster.url));
    const run = clusterPlan(program, { stopGrace });
    return { backend, progress, run, handle: await backend.submit(run, backend.intentOf(run)) };
  }

  function takeAway(fault: KubeFault): void {
    bench.cluster.fault = fault;
    if (fault === REFUSES) bench.cluster.cutConnections();
  }

  /** All that it tells; the cluster goes, and the cancel comes, when `when` says so. */
  async function cancelled(
    events: AsyncIterable<RunEvent>,
    when: (event: RunEvent) => boolean,
    go: () => void,
  ) {
    const told: RunEvent[] = [];
    for await (const event of events) {
      told.push(event);
      if (when(event)) go();
    }
    return told;
  }

  it.each([
    ['refuses', REFUSES],
    ['swallows', SWALLOWS],
  ])('is left with what ends it, where the server %s all calls until its grace is over', async (_, fault) => {
    const { backend, handle, run } = await start('traps', 2);
    const stop = new AbortController();

    const told = await cancelled(
      backend.follow(handle, stop.signal),
      ({ type }) => type === 'log',
      () => {
        takeAway(fault);
        stop.abort();
      },
    );

    expect(told.at(-1)).toMatchObject({
      type: 'left',
      verdict: {
        reason: 'cancelled',
        detail: expect.stringMatching(
          /^it could not be told to stop, and goes on there until its time limit of /,
        ),
        hint: `end it when the cluster answers again: jobimg cancel ${run.id} --backend '{kubernetes: {namespace: default}}'`,
      },
      native: { logged: expect.any(String) },
    });
    expect(jobs()).toHaveLength(1);
  });

  it.each([
    ['refused', REFUSES],
    ['swallowed', SWALLOWS],
  ])('is stopped when the server that %s all comes back within its grace', async (_, fault) => {
    const { backend, handle, progress } = await start('traps', 60);
    const stop = new AbortController();

    const told = await cancelled(
      backend.follow(handle, stop.signal),
      ({ type }) => type === 'log',
      () => {
        if (stop.signal.aborted) return;
        takeAway(fault);
        stop.abort();
        setTimeout(() => {
          bench.cluster.fault = undefined;
          bench.cluster.cutConnections();
        }, 1_500);
      },
    );

    const text = told.flatMap((event) => (event.type === 'log' ? [Buffer.from(event.bytes).toString()] : []));
    expect(text.join('')).toBe('ready\nbye\n');
    expect(told.at(-1)).toMatchObject({ type: 'end', verdict: { reason: 'cancelled' } });
    expect(progress.join('\n')).toContain('trying again for ');
  });

  it('is left with what ends it when it has not begun', async () => {
    bench.cluster.fate = () => ({});
    const { backend, handle, run } = await start('traps', 1);
    const stop = new AbortController();

    const told = await cancelled(
      backend.follow(handle, stop.signal),
      ({ type }) => type === 'state',
      () => {
        takeAway(REFUSES);
        stop.abort();
      },
    );

    expect(told.at(-1)).toMatchObject({
      type: 'left',
      verdict: { reason: 'cancelled', hint: expect.stringContaining(`jobimg cancel ${run.id}`) },
    });
  });

  it('is told apart where nobody knows whether it was made', async () => {
    const { backend } = kubernetesOn(plainAccess(bench.cluster.url));
    const run = clusterPlan('traps', { stopGrace: 1 });
    const stop = new AbortController();
    bench.cluster.fault = (call) => {
      if (call.startsWith('POST')) stop.abort();
      return call.startsWith('POST') || stop.signal.aborted;
    };
    const submitted = backend.submit(run, backend.intentOf(run), stop.signal);

    await expect(submitted).rejects.toMatchObject({
      message: expect.stringContaining('whether it was started is not known: the cluster did not answer'),
      findings: [{ hint: expect.stringContaining(`jobimg cancel ${run.id}`) }],
    });
  });
});
