import { NEVER } from '../../../never.ts';
import type { RunEvent } from '../../../run/types/event.ts';
import type { Handle } from '../../../run/types/handle.ts';
import { mainOf } from '../api/answers.ts';
import type { Cluster } from '../job/cluster.ts';
import { durationOf, endOf } from './ending.ts';
import { type LogEnd, RefusedLog, readLog } from './log.ts';
import { LogCursor, type Position, parsePosition } from './log-cursor.ts';
import { type ObservedRun, observeRun } from './observed-run.ts';
import { areOver, readOthers } from './other-nodes.ts';
import { hasEnded, isLost, waitForStart } from './start/wait-for-start.ts';
import { type StopWatch, watchStop } from './stopping.ts';
import { leftWith, lostContact, unreached } from './unreached.ts';
import { endUnstarted, type FollowOptions, isUnstarted } from './unstarted.ts';

/** Where the log was read to, in a handle. */
const LOGGED = 'logged';

/** Follows a run to its end. The end of its log is never taken for that. */
export async function* followJob(following: FollowOptions, cluster: Cluster): AsyncGenerator<RunEvent> {
  const observed = observeRun(following, cluster);
  try {
    const failure = yield* waitForStart({ ...following, inputs: following.inputs, observed }, cluster);
    if (failure !== undefined) return yield { type: 'end', verdict: failure };
    if (isUnstarted(observed) && hasEnded(observed) && !following.signal.aborted) await observed.look();
    if (isUnstarted(observed)) return yield* endUnstarted(following, observed, cluster);
    yield { type: 'state', state: 'started' };
    const stopping = watchStop({ ...following, observed }, cluster);
    try {
      yield* followLog({ ...following, observed, stopping }, cluster);
    } finally {
      stopping.close();
    }
  } finally {
    observed.close();
  }
}

interface RunningContext extends FollowOptions {
  readonly observed: ObservedRun;
  readonly stopping: StopWatch;
}

interface ReadContext extends RunningContext {
  /** How far the log of node 0 was read. */
  readonly position: Position | undefined;
  readonly refused: RefusedLog;
}

/** Milliseconds between two tries to read on. */
const PAUSE = 1_000;
const SHORT_PAUSE = 200;
/** A kubelet reads a log from its beginning each time, and what it lacks comes back slowly. */
const REFUSED_PAUSE = 2_000;

async function* followLog(running: RunningContext, cluster: Cluster): AsyncGenerator<RunEvent> {
  let position = parsePosition(running.native[LOGGED]);
  const refused = new RefusedLog(cluster);
  let isGapTold = false;
  for (;;) {
    const cursor = new LogCursor(position);
    const wasOver = hasStopped(running.observed);
    const end = yield* readOn(running, cursor, !wasOver && running.soFar === undefined, cluster);
    position = cursor.position;
    if (cursor.isGap && !isGapTold) yield { type: 'note', message: GAP };
    isGapTold ||= cursor.isGap;
    yield* refused.told(end);
    const last = wasOver
      ? lastOf({ ...running, position, refused }, end, cluster)
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
  const { leaving, observed, refused } = running;
  const isLeft = end.kind === 'refused' && leaving?.aborted === true;
  if (end.kind === 'over' || observed.isPodGone || isLeft) return endOfAll(running, cluster);
  return refused.isOver(end) ? withoutLog(running, end, cluster) : undefined;
}

async function* withoutLog(running: ReadContext, end: LogEnd, cluster: Cluster): AsyncGenerator<RunEvent> {
  yield* running.refused.givenUp(end);
  yield* endOfAll(running, cluster);
}

function endOfAll(running: ReadContext, cluster: Cluster): Iterable<RunEvent> | AsyncIterable<RunEvent> {
  return running.observed.count > 1
    ? endOfNodes(running, cluster)
    : ended(running.observed, running.stopping);
}

/** The run has ended when all of its nodes have; what the others have written is there then. */
async function* endOfNodes(running: ReadContext, cluster: Cluster): AsyncGenerator<RunEvent> {
  const { leaving, observed, stopping, target } = running;
  while (!areOver(observed)) {
    const last = lastOfRunning(running, running.position, cluster);
    if (last !== undefined) return yield* last;
    await observed.changed(PAUSE, leaving);
  }
  yield* readOthers(observed.nodes, target, cluster);
  yield* ended(observed, stopping);
}

function lastOfRunning(running: RunningContext, position: Position | undefined, cluster: Cluster) {
  const { leaving, observed, stopping, target } = running;
  if (leaving?.aborted) return [leftAt(position, running, cluster)];
  const failure = stopping.unreached.aborted ? stopping.unreached.reason : lostAfterGrace(running, cluster);
  if (failure !== undefined) {
    const verdict = unreached({ ...running, isTold: stopping.isTold }, failure);
    return [leftWith(verdict, loggedTo(position))];
  }
  if (!isLost(observed, cluster)) return undefined;
  return [{ type: 'end', verdict: lostContact(target, observed) } as const];
}

/** Milliseconds in which the end of a run that was stopped may be seen. */
const SEEN = 3_000;

function lostAfterGrace({ observed, stopping }: RunningContext, { clock }: Cluster) {
  const { isCancelled, until } = stopping;
  return isCancelled && until !== undefined && clock.now() > until + SEEN ? observed.lost?.error : undefined;
}

async function pause(
  { leaving, observed }: RunningContext,
  wasOver: boolean,
  end: LogEnd,
  cluster: Cluster,
): Promise<void> {
  // However much is told meanwhile, a server that fails is not asked without a pause.
  if (end.kind === 'broken') await cluster.clock.sleep(SHORT_PAUSE);
  if (end.kind === 'refused') await cluster.clock.sleep(REFUSED_PAUSE);
  if (!hasStopped(observed)) return await observed.changed(PAUSE, leaving);
  if (wasOver) await cluster.clock.sleep(PAUSE);
}

/** Whether the container of the job has ended, or its pod is gone. */
function hasStopped(observed: ObservedRun): boolean {
  const { running, terminated } = mainOf(observed.pod)?.state ?? {};
  if (terminated !== undefined || observed.isPodGone) return true;
  return running === undefined && hasEnded(observed);
}

/** A pod that goes away, and whoever leaves, end the reading of a log that says nothing any more. */
async function* readOn(
  { leaving = NEVER, observed, soFar = NEVER, stopping, target }: RunningContext,
  cursor: LogCursor,
  follow: boolean,
  cluster: Cluster,
): AsyncGenerator<RunEvent, LogEnd> {
  const pod = observed.pod?.metadata.name;
  if (pod === undefined) return { kind: 'over' };
  const signal = follow ? AbortSignal.any([leaving, stopping.unreached]) : soFar;
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

function* ended(observed: ObservedRun, stopping: StopWatch): Generator<RunEvent> {
  const terminated = mainOf(observed.pod)?.state?.terminated;
  if (terminated?.reason === 'OOMKilled' && terminated.exitCode === 0)
    yield {
      type: 'note',
      message: 'a process of the job was killed because the memory was full, yet the job ended with 0',
    };
  const verdict = endOf(observed, stopping.isCancelled, stopping.isOverdue);
  yield { type: 'end', verdict, duration: durationOf(observed.pod) };
}

function leftAt(
  position: Position | undefined,
  { observed, stopping: { isTold, until } }: RunningContext,
  { clock }: Cluster,
): RunEvent {
  const left = Math.max(0, Math.round(((until ?? clock.now()) - clock.now()) / 1_000));
  const what =
    isTold || observed.lost === undefined
      ? `it still saves what it has, for at most ${left} s`
      : 'it is not told to stop yet, for the cluster does not answer';
  const detail = `${what}; its outputs are collected by the post step`;
  return leftWith({ reason: 'cancelled', detail }, loggedTo(position));
}

function loggedTo(position: Position | undefined): Handle['native'] {
  return position === undefined ? {} : { [LOGGED]: JSON.stringify(position) };
}
