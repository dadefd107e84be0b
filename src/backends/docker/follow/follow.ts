import { uptime } from 'node:os';
import { type RunEnd, verdictOf } from '../../../run/reason.ts';
import type { RunEvent } from '../../../run/types/event.ts';
import type { Handle } from '../../../run/types/handle.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import { dockerCommand } from '../../types/docker.ts';
import { wasStoppedByEngine } from '../deadline/deadline-check.ts';
import { isMarkedOverdue } from '../deadline/overdue-mark.ts';
import type { Container } from '../engine/answers.ts';
import type { Docker } from '../engine/docker.ts';
import { numberIn } from '../engine/labels.ts';
import { launchFailure } from '../engine/launch-failure.ts';
import { isUnstarted } from '../engine/state.ts';
import { Contact, type ContainerStatus, restUnlessAborted } from './contact.ts';
import { readLog } from './read-log.ts';
import { type RunningTime, runningTime } from './running-time.ts';
import { stoppedBy } from './stop-mark.ts';
import { LogReader, parsePosition } from './stream.ts';
import { type Limits, watchLimits } from './time-limit.ts';

/** Seconds that somebody may take between making a container and starting it. */
const START_PATIENCE = 60;
export interface FollowOptions {
  /** When it comes the container is stopped. */
  readonly signal: AbortSignal;
  /** When it comes a container that still stops is left to whoever follows it next. */
  readonly leaving?: AbortSignal | undefined;
  /** Whether only what is there of the log is read, and a container that runs is left. */
  readonly soFar?: boolean;
  /** When we started it, by our clock; undefined: the engine is asked. */
  readonly startedAt?: number | undefined;
  /** What an earlier process added to the handle when it left. */
  readonly native?: Handle['native'] | undefined;
}

/**
 * Follows a container to its end. When the signal comes it is stopped; when the caller stops reading it goes on, and
 * can be followed again. The end of the log is never taken for the end of the run.
 */
export async function* followContainer(
  name: string,
  following: FollowOptions,
  docker: Docker,
): AsyncGenerator<RunEvent> {
  const { signal, native = {}, startedAt } = following;
  const contact = new Contact(name, signal, docker);
  const status = await waitForStart(contact, signal, docker);
  if (status.kind !== 'seen') return yield endWithout(status, name, following);
  const { container } = status;
  if (container.State.Status === 'created')
    return yield { type: 'end', verdict: startFailure(container, signal) };

  const time = await runningTime({ ...status, startedAt }, docker);
  yield { type: 'state', state: 'started' };
  const stopUntil = numberIn(native, STOP_UNTIL);
  const limits = watchLimits({ container, time, signal, stopUntil }, docker);
  try {
    yield* followLog(name, { ...following, contact, limits, time }, docker);
  } finally {
    limits.close();
  }
}

async function waitForStart(contact: Contact, signal: AbortSignal, docker: Docker): Promise<ContainerStatus> {
  for (let second = 0; ; second++) {
    const status = await contact.inspect();
    if (status.kind !== 'seen') return status;
    if (!isUnstarted(status.container.State) || second === START_PATIENCE || signal.aborted) return status;
    await restUnlessAborted(1_000, signal, docker);
  }
}

function startFailure({ State }: Container, signal: AbortSignal): Verdict {
  if (signal.aborted) return { reason: 'cancelled' };
  if (!isUnstarted(State)) return launchFailure(State.Error);
  return { reason: 'internal', detail: 'the container was created but never started', hint: 'run it again' };
}

interface FollowedContainer extends FollowOptions {
  readonly contact: Contact;
  readonly limits: Limits;
  readonly time: RunningTime;
}

async function* followLog(
  name: string,
  followed: FollowedContainer,
  docker: Docker,
): AsyncGenerator<RunEvent> {
  const { contact, limits, native = {}, time } = followed;
  let reader = new LogReader(parsePosition(native[LOGGED]));
  let { leaving } = followed;
  for (;;) {
    const complete = yield* readLog(name, { reader, time, leaving, follow: followed.soFar !== true }, docker);
    const status = await contact.inspect();
    if (status.kind !== 'seen') return yield endWithout(status, name, followed, limits);
    const { container } = status;
    if (!container.State.Running) {
      if (complete) return yield* endOf(container, followed, docker);
      // What is left of the log is there, and is read to its end.
      leaving = undefined;
    } else if (await isLeft(followed, complete, docker)) return yield leftOf(reader, limits, docker);
    reader = new LogReader(reader.position);
  }
}

/** Whether nobody waits any longer for a container that runs; after a pause, when somebody does. */
async function isLeft(
  { leaving, signal, soFar = false, time }: FollowedContainer,
  isComplete: boolean,
  docker: Docker,
): Promise<boolean> {
  time.seen();
  if (leaving?.aborted || (soFar && isComplete)) return true;
  await restUnlessAborted(200, signal, docker);
  return false;
}

/** Names in a handle: where the log was read to, and when the grace is over, in seconds of the machine's uptime. */
const LOGGED = 'logged';
const STOP_UNTIL = 'stopUntil';

function leftOf(reader: LogReader, { stopUntil }: Limits, docker: Docker): RunEvent {
  const left = Math.max(0, Math.round((stopUntil ?? 0) - (docker.uptime ?? uptime)()));
  return {
    type: 'left',
    verdict: {
      reason: 'cancelled',
      detail: `it may still save its state, for at most ${left} s; its outputs are collected by the post step`,
    },
    native: {
      [LOGGED]: JSON.stringify(reader.position),
      ...(stopUntil === undefined ? {} : { [STOP_UNTIL]: String(stopUntil) }),
    },
  };
}

/** Docker gives a container that ran when it went down this code. */
const ENGINE_WENT = 255;
const STOPPED = new Set([ENGINE_WENT, 137, 143]);

async function* endOf(
  container: Container,
  { contact, limits, time }: FollowedContainer,
  docker: Docker,
): AsyncGenerator<RunEvent> {
  const { Id, State } = container;
  const duration = time.durationOf(State);
  await limits.settled();
  const ending: RunEnd = {
    cancelled: limits.cancelled,
    timedOut: limits.timedOut || wasStoppedByEngine(container) || (await isMarkedOverdue(Id, docker.engine)),
    stoppedBy: State.ExitCode === 0 ? undefined : await stoppedBy(container, docker),
    outOfMemory: State.OOMKilled === true,
    interrupted: contact.wasLost && STOPPED.has(State.ExitCode),
    exitCode: State.ExitCode,
    launch: State.Error === '' ? undefined : launchFailure(State.Error),
  };
  if (ending.outOfMemory && State.ExitCode === 0) {
    yield {
      type: 'note',
      message: 'a process of the job was killed because the memory was full, yet the job ended with 0',
    };
  }
  yield { type: 'end', verdict: verdictOf(ending), duration };
}

function endWithout(
  status: Exclude<ContainerStatus, { kind: 'seen' }>,
  name: string,
  { signal, native = {} }: FollowOptions,
  limits?: Limits,
): RunEvent {
  if (status.kind === 'gone') {
    const reason = limits?.timedOut === true && !limits.cancelled ? 'timeout' : 'cancelled';
    return { type: 'end', verdict: { reason, detail: `the container "${name}" no longer exists` } };
  }
  const hint = `it is left alone; look at its log with: ${dockerCommand(native)} logs --follow ${name}`;
  const reason = signal.aborted ? 'cancelled' : 'lost-contact';
  return { type: 'end', verdict: { reason, detail: status.why, hint } };
}
