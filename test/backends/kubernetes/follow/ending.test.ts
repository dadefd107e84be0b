import { describe, expect, it } from '@jest/globals';
import { Job, Pod } from '../../../../src/backends/kubernetes/api/answers.ts';
import { durationOf, type Ended, verdictFor } from '../../../../src/backends/kubernetes/follow/ending.ts';
import { withFirstRequest } from '../../../../src/backends/kubernetes/follow/nodes.ts';

const job = (...conditions: readonly object[]) =>
  Job.parse({ metadata: { name: 'jobimg-r', uid: 'j' }, spec: {}, status: { conditions } });
const FAILED = {
  type: 'Failed',
  status: 'True',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
};

/** A pod whose container ended like this. */
function ended(terminated: object, status: object = {}) {
  return Pod.parse({
    metadata: { name: 'jobimg-r-x', uid: 'p' },
    spec: {},
    status: { containerStatuses: [{ name: 'main', state: { terminated } }], ...status },
  });
}
/** One that somebody asked to remove at 10:00:00, with half a minute of grace. */
function taken(terminated: object) {
  const pod = ended({ reason: 'Error', ...terminated });
  const metadata = {
    ...pod.metadata,
    deletionTimestamp: '2026-12-01T10:00:30Z',
    deletionGracePeriodSeconds: 30,
  };
  return Pod.parse({ ...pod, metadata });
}
/** One that was taken away at 10:00:00, while the container that keeps its outputs still ran. */
const takenAt10 = (terminated: object, status: object = {}) =>
  ended(terminated, {
    phase: 'Failed',
    conditions: [
      {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        lastTransitionTime: '2026-12-01T10:00:00Z',
      },
    ],
    ...status,
  });
const COMPLETE = { type: 'Complete', status: 'True' };
const lost = (status: object) => Pod.parse({ metadata: { name: 'p', uid: 'p' }, spec: {}, status });
const disrupted = (reason: string) => ({
  phase: 'Failed',
  conditions: [{ type: 'DisruptionTarget', status: 'True', reason, message: 'preempted' }],
});

const NOTHING: Ended = { job: job(FAILED), pod: undefined, isCancelled: false, isOverdue: false };

describe('a pod that is removed', () => {
  const killed = { exitCode: 143, finishedAt: '2026-12-01T10:00:02Z' };
  /** As the kubelet asks when its containers have ended. */
  const asked = taken(killed);
  const again = Pod.parse({
    ...asked,
    metadata: {
      ...asked.metadata,
      deletionTimestamp: '2026-12-01T10:00:03Z',
      deletionGracePeriodSeconds: 0,
    },
  });

  it('is known to have been when its command ended, also after the last request', () => {
    const pod = withFirstRequest(again, asked);

    expect(verdictFor({ ...NOTHING, pod })).toMatchObject({ reason: 'interrupted', exitCode: 143 });
  });

  it('is not the one that comes after it', () => {
    const next = Pod.parse({ ...again, metadata: { ...again.metadata, uid: 'next' } });

    expect(withFirstRequest(next, asked)).toBe(next);
    expect(withFirstRequest(again, undefined)).toBe(again);
  });
});

describe('how a run ended on a cluster', () => {
  it.each<[string, Partial<Ended>, string, number | undefined, string]>([
    ['0', { pod: ended({ exitCode: 0, reason: 'Completed' }) }, 'succeeded', 0, ''],
    ['a code', { pod: ended({ exitCode: 255, reason: 'Error' }) }, 'failed', 255, ''],
    [
      '137 without the flag of memory',
      { pod: ended({ exitCode: 137, reason: 'Error' }) },
      'failed',
      137,
      'SIGKILL',
    ],
    [
      'its memory was full',
      { pod: ended({ exitCode: 137, reason: 'OOMKilled' }) },
      'oom-host',
      137,
      'memory',
    ],
    [
      'that of a child was, and it failed',
      { pod: ended({ exitCode: 1, reason: 'OOMKilled' }) },
      'oom-host',
      1,
      'memory',
    ],
    [
      'that of a child was, and it went on',
      { pod: ended({ exitCode: 0, reason: 'OOMKilled' }) },
      'succeeded',
      0,
      '',
    ],
    ['we cancelled it', { pod: ended({ exitCode: 143 }), isCancelled: true }, 'cancelled', 143, ''],
    [
      'somebody else stopped it',
      { pod: ended({ exitCode: 143, message: 'stopped\n' }) },
      'cancelled',
      143,
      '',
    ],
    ['its time was up', { pod: ended({ exitCode: 0, message: 'timeout\n' }) }, 'timeout', 0, ''],
    ['we saw that its time was up', { pod: ended({ exitCode: 143 }), isOverdue: true }, 'timeout', 143, ''],
    [
      'the time of its pod was up',
      { pod: ended({ exitCode: 137 }, { reason: 'DeadlineExceeded' }) },
      'timeout',
      137,
      '',
    ],
    [
      'the time of its pod was up before it had started',
      { pod: ended({ exitCode: 137, reason: 'ContainerStatusUnknown' }, { reason: 'DeadlineExceeded' }) },
      'timeout',
      undefined,
      '',
    ],
    [
      'the time of its Job was up',
      { job: job({ ...FAILED, reason: 'DeadlineExceeded' }) },
      'timeout',
      undefined,
      '',
    ],
    [
      'it was preempted',
      { pod: ended({ exitCode: 137 }, disrupted('PreemptionByScheduler')) },
      'interrupted',
      137,
      'the cluster took its pod away (PreemptionByScheduler): preempted',
    ],
    [
      'it was preempted, and had saved what it had',
      { pod: ended({ exitCode: 0 }, disrupted('EvictionByEvictionAPI')) },
      'interrupted',
      0,
      'EvictionByEvictionAPI',
    ],
    [
      'it was over when its pod was taken away',
      { pod: takenAt10({ exitCode: 0, finishedAt: '2026-12-01T09:58:00Z' }) },
      'succeeded',
      0,
      '',
    ],
    [
      'it had failed when its node put its pod out',
      {
        pod: takenAt10(
          { exitCode: 3, finishedAt: '2026-12-01T09:58:00Z' },
          { reason: 'Evicted', message: 'low on memory' },
        ),
      },
      'failed',
      3,
      '',
    ],
    [
      'it saved what it had when its pod was taken away',
      { pod: takenAt10({ exitCode: 0, finishedAt: '2026-12-01T10:00:02Z' }) },
      'interrupted',
      0,
      'EvictionByEvictionAPI',
    ],
    ['its Job is complete, and its pod gone since', { job: job(COMPLETE) }, 'succeeded', 0, ''],
    [
      'its Job is complete, and its node shut down since',
      {
        job: job(COMPLETE),
        pod: ended({ exitCode: 0 }, { phase: 'Succeeded', reason: 'Terminated' }),
      },
      'succeeded',
      0,
      '',
    ],
    [
      'the driver of its node is broken',
      {
        pod: ended({
          exitCode: 128,
          reason: 'StartError',
          message:
            'error running prestart hook #0: nvidia-container-cli: initialization error: libnvidia-ml.so.1: cannot open shared object file: no such file or directory',
        }),
      },
      'node-error',
      undefined,
      'nvidia-container-cli',
    ],
    [
      'its node was shut down',
      { pod: lost({ phase: 'Failed', reason: 'Terminated' }) },
      'interrupted',
      undefined,
      'shut down',
    ],
    [
      'it was evicted for memory',
      { pod: lost({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }) },
      'oom-host',
      undefined,
      'low on resource: memory',
    ],
    [
      'it was evicted for its disk',
      {
        pod: lost({
          phase: 'Failed',
          reason: 'Evicted',
          message: 'Pod ephemeral local storage usage exceeds',
        }),
      },
      'node-error',
      undefined,
      'ephemeral local storage',
    ],
    [
      'its node did not take it',
      {
        pod: lost({
          phase: 'Failed',
          reason: 'OutOfnvidia.com/gpu',
          message: "Node didn't have enough resource",
        }),
      },
      'node-error',
      undefined,
      'OutOfnvidia.com/gpu',
    ],
    [
      'its node did not admit it',
      { pod: lost({ phase: 'Failed', reason: 'UnexpectedAdmissionError', message: 'Allocate failed' }) },
      'node-error',
      undefined,
      'Allocate failed',
    ],
    [
      'its node lost sight of it',
      { pod: ended({ exitCode: 137, reason: 'ContainerStatusUnknown' }) },
      'node-error',
      undefined,
      'lost sight',
    ],
    [
      'its command is not there',
      {
        pod: ended({
          exitCode: 128,
          reason: 'StartError',
          message: 'exec: "/train": stat /train: no such file or directory',
        }),
      },
      'failed',
      127,
      'not found in the image',
    ],
    [
      'its image has no shell',
      {
        pod: ended({
          exitCode: 128,
          reason: 'StartError',
          message: 'exec: "sh": executable file not found in $PATH',
        }),
      },
      'failed',
      127,
      'not found in the image',
    ],
    [
      'its command is not executable',
      { pod: ended({ exitCode: 128, reason: 'StartError', message: 'exec: "/train": permission denied' }) },
      'failed',
      126,
      'cannot be executed',
    ],
    [
      'its image is of another architecture',
      { pod: ended({ exitCode: 128, reason: 'StartError', message: 'exec /bin/sh: exec format error' }) },
      'node-error',
      undefined,
      'exec format error',
    ],
    ['its pod was removed', {}, 'interrupted', undefined, 'its pod was removed before it had ended'],
    ['its Job was removed', { job: undefined }, 'cancelled', undefined, 'its Job is not there any more'],
    [
      'Kueue took it back',
      { job: Job.parse({ metadata: { name: 'j', uid: 'j' }, spec: { suspend: true } }) },
      'interrupted',
      undefined,
      'suspended while it ran',
    ],
    [
      'Kueue took it back, and has let it go again',
      { job: job(), pod: taken({ exitCode: 143, finishedAt: '2026-12-01T10:00:02Z' }) },
      'interrupted',
      143,
      'its pod was removed while it ran',
    ],
    [
      'its pod was removed, and it saved what it had',
      { job: job(), pod: taken({ exitCode: 0, finishedAt: '2026-12-01T10:00:02Z' }) },
      'interrupted',
      0,
      'its pod was removed while it ran',
    ],
    [
      'its Job was removed while it ran',
      { job: undefined, pod: taken({ exitCode: 143, finishedAt: '2026-12-01T10:00:02Z' }) },
      'cancelled',
      143,
      'its Job was removed while it ran',
    ],
    [
      'its pod was removed after it had failed',
      { pod: taken({ exitCode: 3, finishedAt: '2026-12-01T09:59:58Z' }) },
      'failed',
      3,
      '',
    ],
    [
      'its pod was removed as soon as it had succeeded',
      { pod: taken({ exitCode: 0, finishedAt: '2026-12-01T10:00:00Z' }) },
      'succeeded',
      0,
      '',
    ],
  ])('%s', (_, changes, reason, exitCode, detail) => {
    const verdict = verdictFor({ ...NOTHING, ...changes });

    expect([verdict.reason, verdict.exitCode]).toEqual([reason, exitCode]);
    expect(verdict.detail ?? '').toContain(detail);
  });

  it('says what to do where the image has no shell', () => {
    const message = 'exec: "sh": executable file not found in $PATH';

    expect(
      verdictFor({ ...NOTHING, pod: ended({ exitCode: 128, reason: 'StartError', message }) }).hint,
    ).toContain('outputs: none');
  });

  it.each([
    ['2026-12-01T10:00:00Z', '2026-12-01T11:00:07Z', 3607],
    ['1970-01-01T00:00:00Z', '2026-12-01T11:00:07Z', undefined],
    [null, null, undefined],
  ])('took from %s to %s', (startedAt, finishedAt, seconds) => {
    expect(durationOf(ended({ exitCode: 0, startedAt, finishedAt }))).toBe(seconds);
  });
});
