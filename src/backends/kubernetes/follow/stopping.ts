import { messageOf } from '../../../errors.ts';
import { keeperOf, mainOf } from '../api/answers.ts';
import { askUntil } from '../job/ask-until.ts';
import type { Cluster, Target } from '../job/cluster.ts';
import { keptPlanIn } from '../job/job.ts';
import { removeJob, tellToStop } from '../job/remove.ts';
import { firstFailed } from './nodes.ts';
import type { ObservedRun } from './observed-run.ts';
import { askedUntil, graceOf } from './unreached.ts';

/** What ends a run that is followed. */
export interface StopWatch {
  /** Whether the signal came while it ran. */
  readonly isCancelled: boolean;
  /** Whether its time was up and nothing on the far side ended it. */
  readonly isOverdue: boolean;
  /** Milliseconds of our clock at which the grace is over; undefined: nothing was stopped. */
  readonly until: number | undefined;
  /** Whether the cluster has heard it. */
  readonly isTold: boolean;
  /** Aborted when the cluster did not answer within the grace; its reason says why. */
  readonly unreached: AbortSignal;
  close(): void;
}

export interface StopLimits {
  readonly run: string;
  readonly target: Target;
  readonly observed: ObservedRun;
  readonly signal: AbortSignal;
}

/** Seconds after the time limit in which the cluster ends a run by itself. */
const MARGIN = 60;

/** Ends a run when the signal comes, or where the far side did not do so at its limit. */
export function watchStop(limits: StopLimits, cluster: Cluster): StopWatch {
  const { run, observed, signal, target } = limits;
  const { timeout } = keptPlanIn(observed.job) ?? {};
  const grace = graceOf(observed, { ...cluster, longestGrace: undefined });
  const state = {
    isCancelled: false,
    isOverdue: false,
    isTold: false,
    until: undefined as number | undefined,
  };
  const unreached = new AbortController();

  function stop(seconds = grace): void {
    const end = cluster.clock.now() + seconds * 1_000;
    state.until ??= end;
    const rest = () => Math.max(1, Math.ceil((end - cluster.clock.now()) / 1_000));
    askUntil(askedUntil(seconds, cluster), cluster, async (one) => {
      await tellToStop(run, target, rest(), one.cluster, one);
      state.isTold = true;
    }).then(
      (failure) => {
        if (failure !== undefined) unreached.abort(failure);
      },
      (error: unknown) => cluster.progress(`the run cannot be stopped: ${messageOf(error)}`),
    );
  }

  const cancel = (): void => {
    if (observed.nodes.every(({ pod }) => mainOf(pod)?.state?.terminated !== undefined)) return;
    state.isCancelled = true;
    stop(graceOf(observed, cluster));
  };
  const expire = (): void => {
    state.isOverdue = true;
    stop();
  };
  const force = (): void => {
    if (state.until === undefined) return;
    removeJob(target, cluster).catch((error: unknown) => cluster.progress(messageOf(error)));
  };
  /** One that fails ends all. Where nothing keeps its pod, the controller of the Job does that. */
  const endAll = (): void => {
    const failed = observed.count > 1 && state.until === undefined ? firstFailed(observed.nodes) : undefined;
    if (failed === undefined || keeperOf(failed.pod)?.state?.running === undefined) return;
    cluster.progress(`node ${failed.rank} of ${observed.count} has failed: the others are ended`);
    stop();
  };
  observed.subscribe(endAll);
  endAll();
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel);
  const timers = [
    ...(timeout === undefined ? [] : [longTimer(expire, (timeout + grace + MARGIN) * 1_000)]),
    ...(timeout === undefined ? [] : [longTimer(force, (timeout + 2 * (grace + MARGIN)) * 1_000)]),
  ];
  return {
    get isCancelled() {
      return state.isCancelled;
    },
    get isOverdue() {
      return state.isOverdue;
    },
    get until() {
      return state.until;
    },
    get isTold() {
      return state.isTold;
    },
    unreached: unreached.signal,
    close() {
      signal.removeEventListener('abort', cancel);
      for (const close of timers) close();
    },
  };
}

/** Node's timers hold no more than 24 days. */
const LONGEST = 2 ** 31 - 1;

function longTimer(work: () => void, milliseconds: number): () => void {
  let timer: NodeJS.Timeout;
  const wait = (rest: number): void => {
    timer = setTimeout(() => (rest > LONGEST ? wait(rest - LONGEST) : work()), Math.min(rest, LONGEST));
    timer.unref();
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}
