import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection } from '../../../src/backends/kubernetes/api/connection.ts';
import { createKubernetesBackend } from '../../../src/backends/kubernetes/backend.ts';
import type { Cluster } from '../../../src/backends/kubernetes/job/cluster.ts';
import { findRun, listRuns } from '../../../src/backends/kubernetes/list.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { attachCommand } from '../../../src/run/detach/attach-command.ts';
import { keptPlan } from '../../../src/run/kept-plan.ts';
import { outcomeOf } from '../contract.ts';
import {
  clusterPlan,
  type FakeKubernetesBench,
  plainAccess,
  startKubernetesBench,
} from '../kubernetes-bench.ts';

const NEVER = new AbortController().signal;

describe('the runs of a namespace', () => {
  let bench: FakeKubernetesBench;
  let cluster: Cluster;
  beforeEach(async () => {
    bench = await startKubernetesBench();
    const log = (): void => undefined;
    cluster = {
      ...createConnection({ access: plainAccess(bench.cluster.url), clock: systemClock, log }),
      clock: systemClock,
      secrets: new Map(),
      pullLogin: async () => undefined,
      progress: log,
    };
  });
  afterEach(() => bench.close());

  async function start(program: string) {
    const backend = bench.connect();
    const run = clusterPlan(program, { secrets: ['SECRET'] });
    return { backend, run, handle: await backend.submit(run, backend.intentOf(run)) };
  }

  it('are found by their label, each with how it stands', async () => {
    const ended = await start('fails');
    await outcomeOf(ended.backend.follow(ended.handle, NEVER));
    const lives = await start('traps');
    bench.cluster.store.create('jobs', 'default', {
      kind: 'Job',
      spec: {},
      metadata: { name: 'other' } as never,
    });

    const found = await listRuns('default', cluster);

    expect(found.map(({ handle, state }) => [handle.run, state])).toEqual([
      [ended.run.id, 'ended'],
      [lives.run.id, expect.stringMatching(/^(queued|running)$/)],
    ]);
    await lives.backend.cancel(lives.handle, 0);
  });

  it('are attached to by the context that was named for the backend', async () => {
    const named = { ...cluster, context: 'lab' };
    const { handle } = await start('sleeps');

    const [found] = await listRuns('default', named);

    expect(createKubernetesBackend(named).intentOf(clusterPlan('sleeps')).native).toMatchObject({
      'named-context': 'lab',
    });
    expect(attachCommand(found?.handle ?? handle)).toBe(
      `jobimg attach ${handle.run} --backend '{kubernetes: {namespace: default, context: lab}}'`,
    );
    expect(attachCommand(handle)).not.toContain('context');
  });

  it('are left by who stops following them, also before they have begun', async () => {
    const { backend, handle } = await start('sleeps');
    const types: string[] = [];

    for await (const { type } of backend.follow(handle, NEVER, AbortSignal.abort())) types.push(type);

    expect(types.at(-1)).toBe('left');
    expect((await backend.look(handle, [])).state).toMatch(/^(queued|running)$/);
    await backend.cancel(handle, 0);
  });

  it('can be gone on with by the id alone, on a machine that has no record', async () => {
    const { handle, run } = await start('leaves');
    const found = await findRun(run.id, 'default', cluster);
    const { verdict } = await outcomeOf(bench.connect().follow(found.handle, NEVER));

    expect(found.handle).toEqual(handle);
    expect(found.plan).toEqual(keptPlan(run));
    expect(JSON.stringify(found)).not.toContain(JSON.stringify(bench.secret).slice(1, -1));
    expect(verdict).toEqual({ reason: 'failed', exitCode: 1 });
    await expect(findRun('another', 'default', cluster)).rejects.toThrow('there is no run "another"');
  });
});
