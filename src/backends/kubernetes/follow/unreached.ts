import type { CallError } from '../../../io/http/retry.ts';
import { printDuration } from '../../../report/duration.ts';
import { cancelCommand } from '../../../run/detach/attach-command.ts';
import type { RunEvent } from '../../../run/types/event.ts';
import type { Handle } from '../../../run/types/handle.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import type { Cluster, Target } from '../job/cluster.ts';
import { keptPlanIn } from '../job/job.ts';
import type { ObservedRun } from './observed-run.ts';

/** Seconds, as Kubernetes has it, where the Job does not tell. */
const DEFAULT_GRACE = 30;
/** Milliseconds, however short the grace of the job is. */
const LEAST = 3_000;

/** Seconds that a cancel gives a run. */
export function graceOf({ job }: Pick<ObservedRun, 'job'>, { longestGrace }: Cluster): number {
  const grace = keptPlanIn(job)?.['stop-grace'] ?? longestGrace ?? DEFAULT_GRACE;
  return Math.min(grace, longestGrace ?? grace);
}

/** Until when a cluster that does not answer is asked to end a run. */
export function askedUntil(grace: number, { clock }: Pick<Cluster, 'clock'>): number {
  return clock.now() + Math.max(grace * 1_000, LEAST);
}

interface UnreachedRun {
  readonly run: string;
  readonly native: Handle['native'];
  readonly observed: Pick<ObservedRun, 'job'>;
  /** Whether it was told to stop before. */
  readonly isTold: boolean;
}

/** Of a run that was to be stopped on a cluster that does not answer: what is left of it, and who ends it. */
export function unreached(
  { run, native, observed, isTold }: UnreachedRun,
  error: Pick<CallError, 'message'>,
): Verdict {
  const timeout = keptPlanIn(observed.job)?.timeout;
  const limit = timeout === undefined ? 'its time limit' : `its time limit of ${printDuration(timeout)}`;
  const what = isTold
    ? 'it was told to stop, and whether it has is not known'
    : `it could not be told to stop, and goes on there until ${limit} at the latest`;
  return {
    reason: 'cancelled',
    detail: `${what}: ${error.message}`,
    hint: `end it when the cluster answers again: ${cancelCommand({ run, backend: 'kubernetes', native })}`,
  };
}

/** Nobody waits for its end, and its record stays for who comes next. */
export function leftWith(verdict: Verdict, native: Handle['native'] = {}): RunEvent {
  return { type: 'left', verdict, native };
}

export function lostContact({ name, namespace }: Target, { lost }: ObservedRun): Verdict {
  return {
    reason: 'lost-contact',
    detail: lost?.error.message,
    hint: `it is left alone; see how it does with: kubectl --namespace ${namespace} logs --follow job/${name}`,
  };
}
