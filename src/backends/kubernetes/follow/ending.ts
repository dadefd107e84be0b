import { verdictOfNode } from '../../../run/nodes/several.ts';
import { verdictOf } from '../../../run/reason.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import { conditionOf, initOf, type Job, mainOf, type Pod, type Terminated } from '../api/answers.ts';
import { withoutInputs } from '../inputs/bring.ts';
import { firstFailed } from './nodes.ts';
import type { ObservedRun } from './observed-run.ts';
import { oneLine } from './one-line.ts';
import { startFailure } from './start-failure.ts';

/** What is known of a run that does not run any more. */
export interface Ended {
  /** undefined: it is gone. */
  readonly job: Job | undefined;
  /** As it was last; undefined: nobody saw one. */
  readonly pod: Pod | undefined;
  /** We were asked to stop it. */
  readonly isCancelled: boolean;
  /** We stopped it because its time was up. */
  readonly isOverdue: boolean;
}

/** How a run of one node or several ended, as far as its pods tell. */
export function endOf(
  { count, job, nodes, pod }: Pick<ObservedRun, 'count' | 'job' | 'nodes' | 'pod'>,
  isCancelled: boolean,
  isOverdue: boolean,
): Verdict {
  const failed = count > 1 ? firstFailed(nodes) : undefined;
  const verdict = verdictFor({ job, pod: failed?.pod ?? pod, isCancelled, isOverdue });
  return failed === undefined ? verdict : verdictOfNode(verdict, failed.rank, count);
}

/** How a run ended: our own cancel, the time limit, memory, what happened to the pod and its node, then the exit code. */
export function verdictFor(ended: Ended): Verdict {
  const terminated = mainOf(ended.pod)?.state?.terminated;
  const exitCode = exitCodeOf(terminated);
  const own = ownEnd(ended, terminated);
  if (own !== undefined) return { reason: own, exitCode };
  if (isComplete(ended.job) && (exitCode ?? 0) === 0) return { reason: 'succeeded', exitCode: 0 };
  if (terminated !== undefined && hasEndedBefore(ended.pod, terminated)) return codeOf(terminated);
  return (
    evicted(ended.pod) ??
    disrupted(ended, exitCode) ??
    refusedByNode(ended.pod) ??
    withoutInputs(ended.pod) ??
    (terminated === undefined ? unstarted(ended) : codeOf(terminated))
  );
}

/** Every container of it has ended with 0, whatever became of the pod since. */
function isComplete(job: Job | undefined): boolean {
  return conditionOf(job, 'Complete', 'SuccessCriteriaMet') !== undefined;
}

/**
 * Whether the command was over when the cluster took the pod away, which still kept its outputs. Times are in whole
 * seconds: in the same one, a failure is that of the signal, and 0 its own.
 */
function hasEndedBefore(pod: Pod | undefined, { exitCode, finishedAt, reason }: Terminated): boolean {
  const taken = Date.parse(conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime ?? '');
  const end = Date.parse(finishedAt ?? '');
  if (reason === 'ContainerStatusUnknown') return false;
  return exitCode === 0 ? end <= taken : end < taken;
}

/** What the container that minds the command wrote down when it ended it, and the limits of the pod and the Job. */
function ownEnd(
  { isCancelled, isOverdue, job, pod }: Ended,
  terminated: Terminated | undefined,
): 'cancelled' | 'timeout' | undefined {
  if (isCancelled) return 'cancelled';
  const isLate =
    isOverdue ||
    terminated?.message?.trim() === 'timeout' ||
    pod?.status?.reason === 'DeadlineExceeded' ||
    conditionOf(job, 'Failed', 'FailureTarget')?.reason === 'DeadlineExceeded';
  if (isLate) return 'timeout';
  return terminated?.message?.trim() === 'stopped' ? 'cancelled' : undefined;
}

/** Nobody knows the code of a container that the kubelet has lost, whatever stands there. */
function exitCodeOf(terminated: Terminated | undefined): number | undefined {
  if (terminated === undefined || terminated.reason === 'ContainerStatusUnknown') return undefined;
  return isStartFailure(terminated) ? undefined : terminated.exitCode;
}

function evicted(pod: Pod | undefined): Verdict | undefined {
  const { reason, message = '' } = pod?.status ?? {};
  if (reason !== 'Evicted') return undefined;
  const detail = `the node evicted its pod: ${oneLine(message)}`;
  if (/memory/i.test(message))
    return {
      reason: 'oom-host',
      detail,
      hint: 'write "memory" in the spec, so that a node with enough of it is chosen',
    };
  return { reason: 'node-error', detail, hint: 'write "disk" in the spec, or write less to the disk' };
}

function disrupted({ job, pod }: Ended, exitCode: number | undefined): Verdict | undefined {
  const target = conditionOf(pod, 'DisruptionTarget');
  if (target !== undefined) {
    const why = oneLine(target.message ?? '');
    const detail = `the cluster took its pod away (${target.reason ?? 'DisruptionTarget'})${why === '' ? '' : `: ${why}`}`;
    return { reason: 'interrupted', exitCode, detail };
  }
  const isShutdown = ['NodeShutdown', 'Terminated', 'Shutdown'].includes(pod?.status?.reason ?? '');
  if (isShutdown) return { reason: 'interrupted', exitCode, detail: 'its node was shut down' };
  if (job?.spec.suspend === true)
    return {
      reason: 'interrupted',
      exitCode,
      detail: 'the Job was suspended while it ran, and its pod removed',
    };
  return isTakenAway(pod) ? takenAway(job, exitCode) : undefined;
}

/** Whether somebody had the pod removed before its command had ended: both times are in whole seconds. */
function isTakenAway(pod: Pod | undefined): boolean {
  const { deletionGracePeriodSeconds: grace = 0, deletionTimestamp = '' } = pod?.metadata ?? {};
  const { exitCode, finishedAt } = mainOf(pod)?.state?.terminated ?? {};
  const [asked, ended] = [Date.parse(deletionTimestamp) - grace * 1_000, Date.parse(finishedAt ?? '')];
  return exitCode === 0 ? ended > asked : ended >= asked;
}

/** A queue that took it back may have let it go again since. */
function takenAway(job: Job | undefined, exitCode: number | undefined): Verdict {
  if (job === undefined || job.metadata.deletionTimestamp !== undefined)
    return { reason: 'cancelled', exitCode, detail: 'its Job was removed while it ran' };
  return { reason: 'interrupted', exitCode, detail: 'its pod was removed while it ran' };
}

/** Of pods that a node did not take, or lost. */
function refusedByNode(pod: Pod | undefined): Verdict | undefined {
  const { reason = '', message = '', phase } = pod?.status ?? {};
  const isRefused = /^(?:NodeLost|UnexpectedAdmissionError|NodeAffinity|OutOf.*|.*AdmissionError)$/.test(
    reason,
  );
  if (!isRefused || phase === 'Succeeded') return undefined;
  return {
    reason: 'node-error',
    detail: `its node did not keep the pod (${reason})${message === '' ? '' : `: ${oneLine(message)}`}`,
    hint: 'run it again; when it happens on one node only, have it looked at',
  };
}

/** A container that comes before that of the job may be the one that could not be started. */
function unstarted(ended: Ended): Verdict {
  const first = initOf(ended.pod)?.state?.terminated;
  return first === undefined ? vanished(ended) : codeOf(first);
}

function vanished({ job }: Ended): Verdict {
  if (job === undefined) return { reason: 'cancelled', detail: 'its Job is not there any more' };
  const failed = conditionOf(job, 'Failed');
  const why = failed?.message === undefined ? '' : `: ${oneLine(failed.message)}`;
  return { reason: 'interrupted', detail: `its pod was removed before it had ended${why}` };
}

function codeOf(terminated: Terminated): Verdict {
  const { exitCode, reason } = terminated;
  if (reason === 'ContainerStatusUnknown')
    return {
      reason: 'node-error',
      detail: 'its node lost sight of the container, and does not know how it ended',
    };
  if (isStartFailure(terminated)) return startFailure(oneLine(terminated.message ?? ''));
  const outOfMemory = reason === 'OOMKilled';
  return verdictOf({ cancelled: false, timedOut: false, outOfMemory, interrupted: false, exitCode });
}

function isStartFailure({ reason }: Terminated): boolean {
  return reason === 'StartError' || reason === 'ContainerCannotRun';
}

/** Seconds that it ran, as far as its node tells: in whole seconds. */
export function durationOf(pod: Pod | undefined): number | undefined {
  const { startedAt, finishedAt } = mainOf(pod)?.state?.terminated ?? {};
  const [start, end] = [startedAt, finishedAt].map((time) => Date.parse(time ?? ''));
  if (start === undefined || end === undefined || Number.isNaN(end - start)) return undefined;
  // 1970 stands for never.
  return start < 86_400_000 ? undefined : Math.max(0, (end - start) / 1_000);
}
