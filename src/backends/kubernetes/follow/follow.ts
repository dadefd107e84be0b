import type { Handle, RunEvent, Verdict } from '../../../run/run.ts';
import { mainOf } from '../api/answers.ts';
import type { ReadyInputs } from '../inputs/bring.ts';
import type { Cluster, Target } from '../job/cluster.ts';
import { removeJob } from '../job/remove.ts';
import { durationOf, verdictFor } from './ending.ts';
import { type LogEnd, readLog } from './log.ts';
import { LogCursor, type Position, parsePosition } from './log-cursor.ts';
import { firstFailed, verdictOfNode } from './nodes.ts';
import { areOver, readOthers } from './other-nodes.ts';
import { type ObservedRun, openSight, type SightOptions } from './sight.ts';
import { type StopWatch, watchStop } from './stopping.ts';
import { hasEnded, isLost, waitForStart } from './wait-for-start.ts';

export interface FollowOptions extends SightOptions {
  /** When it comes the run is stopped. */
  readonly signal: AbortSignal;
  /** When it comes a run that still stops is left to whoever follows it next. */
  readonly leaving?: AbortSignal | undefined;
  /** What an earlier process added to the handle when it left. */
  readonly native: Handle['native'];
  /** What the pod waits for before it starts; undefined: nothing that this process has. */
  readonly inputs?: ReadyInputs | undefined;
}

/** Where the log was read to, in a handle. */
const LOGGED = 'logged';

/** Follows a run to its end. The end of its log is never taken for that. */
export async function* followJob(following: FollowOptions, cluster: Cluster): AsyncGenerator<RunEvent> {
  const sight = openSight(following, cluster);
  try {
    const failure = yield* waitForStart({ ...following, inputs: following.inputs, sight }, cluster);
    if (failure !== undefined) return yield { type: 'end', verdict: failure };
    if (isUnstarted(sight) && hasEnded(sight) && !following.signal.aborted) await sight.look();
    if (isUnstarted(sight)) return yield* endUnstarted(following, sight, cluster);
    yield { type: 'state', state: 'started' };
    const stopping = watchStop({ ...following, sight }, cluster);
    try {
      yield* followLog({ ...following, sight, stopping }, cluster);
    } finally {
      stopping.close();
    }
  } finally {
    sight.close();
  }
}

function isUnstarted({ pod }: ObservedRun): boolean {
  const state = mainOf(pod)?.state;
  return state === undefined || state.waiting !== undefined;
}

async function* endUnstarted(
  { leaving, signal, target }: FollowOptions,
  sight: ObservedRun,
  cluster: Cluster,
): AsyncGenerator<RunEvent> {
  if (leaving?.aborted === true && !signal.aborted && !hasEnded(sight))
    return yield {
      type: 'left',
      verdict: { reason: 'cancelled', detail: 'it waits to be started' },
      native: {},
    };
  if (signal.aborted) await removeJob(target, cluster);
  const lost = isLost(sight, cluster) && !signal.aborted;
  // Another node may have run, and tell why.
  if (!lost && !signal.aborted) yield* readOthers(sight.nodes, target, cluster);
  yield { type: 'end', verdict: lost ? lostContact(target, sight) : endOf(sight, signal.aborted, false) };
}

function lostContact({ name, namespace }: Target, { lost }: ObservedRun): Verdict {
  return {
    reason: 'lost-contact',
    detail: lost?.error.message,
    hint: `it is left alone; see how it does with: kubectl --namespace ${namespace} logs --follow job/${name}`,
  };
}

function endOf({ count, job, nodes, pod }: ObservedRun, isCancelled: boolean, isOverdue: boolean): Verdict {
  const failed = count > 1 ? firstFailed(nodes) : undefined;
  const verdict = verdictFor({ job, pod: failed?.pod ?? pod, isCancelled, isOverdue });
  return failed === undefined ? verdict : verdictOfNode(verdict, failed.rank, count);
}

interface RunningContext extends FollowOptions {
  readonly sight: ObservedRun;
  readonly stopping: StopWatch;
}

interface ReadContext extends RunningContext {
  /** How far the log of node 0 was read. */
  readonly position: Position | undefined;
}

/** Milliseconds between two tries to read on. */
const PAUSE = 1_000;
const SHORT_PAUSE = 200;

async function* followLog(running: RunningContext, cluster: Cluster): AsyncGenerator<RunEvent> {
  let position = parsePosition(running.native[LOGGED]);
  let isGapTold = false;
  for (;;) {
    const cursor = new LogCursor(position);
    const wasOver = hasStopped(running.sight);
    const end = yield* readOn(running, cursor, !wasOver, cluster);
    position = cursor.position;
    if (cursor.isGap && !isGapTold) yield { type: 'note', message: GAP };
    isGapTold ||= cursor.isGap;
    const last = wasOver
      ? lastOf({ ...running, position }, end, cluster)
      : lastOfRunning(running, position, cluster);
    if (last !== undefined) return yield* last;
    await pause(running, wasOver, end, cluster);
  }
}

const GAP =
  'the node has put away the part of the log that was read last: lines between it and the next one may be missing';

/** What is left of the log of a container that has ended is there, and is read to its end. */
function lastOf(
  running: ReadContext,
  end: LogEnd,
  cluster: Cluster,
): Iterable<RunEvent> | AsyncIterable<RunEvent> | undefined {
  const { sight, stopping } = running;
  if (end.kind !== 'over' && !sight.isPodGone) return undefined;
  return sight.count > 1 ? endOfNodes(running, cluster) : ended(sight, stopping);
}

/** The run has ended when all of its nodes have; what the others have written is there then. */
async function* endOfNodes(running: ReadContext, cluster: Cluster): AsyncGenerator<RunEvent> {
  const { leaving, sight, stopping, target } = running;
  while (!areOver(sight)) {
    const last = lastOfRunning(running, running.position, cluster);
    if (last !== undefined) return yield* last;
    await sight.changed(PAUSE, leaving);
  }
  yield* readOthers(sight.nodes, target, cluster);
  yield* ended(sight, stopping);
}

function lastOfRunning(running: RunningContext, position: Position | undefined, cluster: Cluster) {
  const { leaving, sight, signal, stopping, target } = running;
  if (leaving?.aborted) return [leftAt(position, stopping, cluster)];
  if (!isLost(sight, cluster, signal.aborted)) return undefined;
  const lost = lostContact(target, sight);
  const verdict: Verdict = stopping.isCancelled ? { ...lost, reason: 'cancelled' } : lost;
  return [{ type: 'end', verdict } as const];
}

async function pause(
  { leaving, sight }: RunningContext,
  wasOver: boolean,
  end: LogEnd,
  cluster: Cluster,
): Promise<void> {
  // However much is told meanwhile, a server that fails is not asked without a pause.
  if (end.kind === 'broken') await cluster.clock.sleep(SHORT_PAUSE);
  if (!hasStopped(sight)) return await sight.changed(PAUSE, leaving);
  if (wasOver) await cluster.clock.sleep(PAUSE);
}

/** Whether the container of the job has ended, or its pod is gone. */
function hasStopped(sight: ObservedRun): boolean {
  const { running, terminated } = mainOf(sight.pod)?.state ?? {};
  if (terminated !== undefined || sight.isPodGone) return true;
  return running === undefined && hasEnded(sight);
}

/** A pod that goes away, and whoever leaves, end the reading of a log that says nothing any more. */
async function* readOn(
  { leaving, sight, target }: RunningContext,
  cursor: LogCursor,
  follow: boolean,
  cluster: Cluster,
): AsyncGenerator<RunEvent, LogEnd> {
  const pod = sight.pod?.metadata.name;
  if (pod === undefined) return { kind: 'over' };
  const signal = follow && leaving !== undefined ? leaving : NEVER;
  const pieces = readLog({ namespace: target.namespace, pod, follow, signal }, cursor, cluster);
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return value;
      yield { type: 'log', stream: 'stdout', bytes: value };
    }
  } finally {
    await pieces.return({ kind: 'over' });
  }
}

const NEVER = new AbortController().signal;

function* ended(sight: ObservedRun, stopping: StopWatch): Generator<RunEvent> {
  const terminated = mainOf(sight.pod)?.state?.terminated;
  if (terminated?.reason === 'OOMKilled' && terminated.exitCode === 0)
    yield {
      type: 'note',
      message: 'a process of the job was killed because the memory was full, yet the job ended with 0',
    };
  const verdict = endOf(sight, stopping.isCancelled, stopping.isOverdue);
  yield { type: 'end', verdict, duration: durationOf(sight.pod) };
}

function leftAt(position: Position | undefined, { until }: StopWatch, { clock }: Cluster): RunEvent {
  const left = Math.max(0, Math.round(((until ?? clock.now()) - clock.now()) / 1_000));
  return {
    type: 'left',
    verdict: {
      reason: 'cancelled',
      detail: `it still saves what it has, for at most ${left} s; its outputs are collected by the post step`,
    },
    native: position === undefined ? {} : { [LOGGED]: JSON.stringify(position) },
  };
}
