import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunPlan } from '../../../../src/run/types/plan.ts';
import { restlessClock } from '../../../fakes/clock.ts';
import { refusal, send } from '../../../fakes/kubernetes/server.ts';
import {
  clusterPlan,
  type FakeKubernetesBench,
  kubernetesOn,
  plainAccess,
  startKubernetesBench,
} from '../../kubernetes-bench.ts';

describe('what a run needs beside its Job', () => {
  let bench: FakeKubernetesBench;
  beforeEach(async () => {
    bench = await startKubernetesBench();
  });
  afterEach(() => bench.close());

  const forbidden = refusal(403, 'Forbidden', 'secrets is forbidden: not allowed');
  const quota = refusal(409, 'Conflict', 'Operation cannot be fulfilled on resourcequotas "q"');
  const RUN: Partial<RunPlan> = { ...clusterPlan('sleeps'), secrets: ['SECRET'] };

  async function submit(changes: Partial<RunPlan> = RUN) {
    const run = clusterPlan('sleeps', changes);
    const { backend, progress } = kubernetesOn(plainAccess(bench.cluster.url), { clock: restlessClock });
    await backend.submit(run, backend.intentOf(run));
    return { run, progress };
  }

  /** Answers the calls that match, so many times. */
  function answer(call: RegExp, reply: Parameters<typeof send>[1], times = Number.POSITIVE_INFINITY): void {
    const before = bench.cluster.fault;
    let left = times;
    bench.cluster.fault = (asked, request, response: ServerResponse) => {
      if (before?.(asked, request, response)) return true;
      if (left === 0 || !call.test(asked)) return false;
      left -= 1;
      send(response, reply);
      return true;
    };
  }

  const objects = (resource: string) => bench.cluster.store.list(resource);

  function leave(metadata: object) {
    const name = `jobimg-${RUN.id}-env`;
    return bench.cluster.store.create('secrets', 'default', {
      kind: 'Secret',
      data: {},
      metadata: { name, ...metadata } as never,
    });
  }

  const leftBy = (uid: string, name = `jobimg-${RUN.id}`) => ({
    labels: { 'app.kubernetes.io/managed-by': 'jobimg' },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }],
  });

  it.each(['jobs', 'secrets'])('is made once what the quota counts has settled: %s', async (resource) => {
    answer(new RegExp(`^POST .*/${resource}$`), quota, 2);

    await submit();

    expect([objects('jobs').length, objects('secrets').length]).toEqual([1, 1]);
  });

  it('is refused where a conflict does not end', async () => {
    answer(/^POST .*\/secrets$/, quota);

    await expect(submit()).rejects.toThrow('Operation cannot be fulfilled');
    expect(objects('jobs')).toEqual([]);
  });

  it('is not used where it belongs to somebody else', async () => {
    leave({});

    await expect(submit()).rejects.toThrow('is there already, and does not belong to this run');
    expect(objects('jobs')).toEqual([]);
  });

  it('is made anew once what an earlier Job of the name has left is gone', async () => {
    const left = leave(leftBy('uid-of-before'));
    let asked = 0;
    bench.cluster.fault = (call) => {
      if (call === `GET /api/v1/namespaces/default/secrets/${left.metadata.name}`) asked += 1;
      if (asked === 2) bench.cluster.store.remove('secrets', 'default', left.metadata.name);
      return false;
    };

    await submit();

    const [job] = objects('jobs');
    expect(objects('secrets').map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([
      job?.metadata.uid,
    ]);
  });

  it('is taken over with the Job by whoever submits the same run again', async () => {
    await submit();
    const before = objects('secrets').map(({ metadata }) => metadata.uid);

    await submit();

    expect(objects('secrets').map(({ metadata }) => metadata.uid)).toEqual(before);
  });

  it('is taken over unread where it may not be read, which is said', async () => {
    await submit();
    answer(/^GET .*\/secrets\//, forbidden);

    const { progress } = await submit();

    expect(progress.join('\n')).toContain('may not be read: it is taken for that of the Job');
  });

  it('is not used unread for a Job that was just made', async () => {
    leave({});
    answer(/^GET .*\/secrets\//, forbidden);

    await expect(submit()).rejects.toThrow('may not be read to see whose it is');
    expect(objects('jobs')).toEqual([]);
  });

  it('takes the Job away with it when it is refused', async () => {
    answer(/^POST .*\/secrets$/, forbidden);

    await expect(submit()).rejects.toThrow(/the Secret "jobimg-.*-env" was refused.*secrets is forbidden/);
    expect(objects('jobs')).toEqual([]);
  });

  it('says it when the Job cannot be taken away either', async () => {
    answer(/^POST .*\/secrets$/, forbidden);
    answer(/^DELETE .*\/jobs\//, refusal(403, 'Forbidden', 'jobs is forbidden'));

    await expect(submit()).rejects.toThrow(/was refused.*secrets is forbidden.*stays: .*jobs is forbidden/s);
  });

  it('leaves a Job alone that was there before', async () => {
    await submit({ ...RUN, secrets: [] });
    answer(/^POST .*\/secrets$/, forbidden);

    await expect(submit()).rejects.toThrow('was refused');
    expect(objects('jobs')).toHaveLength(1);
  });
});
