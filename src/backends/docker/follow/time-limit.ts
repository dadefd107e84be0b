import { uptime } from 'node:os';
import { messageOf } from '../../../errors.ts';
import type { Clock } from '../../../io/clock.ts';
import type { Container } from '../engine/answers.ts';
import { stopContainer } from '../engine/containers.ts';
import type { Docker } from '../engine/docker.ts';
import { LABEL, numberIn } from '../engine/labels.ts';
import type { RunningTime } from './running-time.ts';

/** What ended a run early, as far as it was us. */
export interface Limits {
  readonly cancelled: boolean;
  /** Whether it ran until it was stopped because its time was up. */
  readonly timedOut: boolean;
  /** When the grace of a cancel is over, in seconds of this machine's uptime; undefined: it was not cancelled. */
  readonly stopUntil: number | undefined;
  /** Comes when the engine has told what came of a stop that was asked for. */
  settled(): Promise<void>;
  /** Nothing is stopped any more. */
  close(): void;
}

/** Longest span a timer of Node takes. */
const LONGEST_SLEEP = 2 ** 31 - 1;
const DEFAULT_GRACE = 30;
const RETRY_EVERY = 5_000;
/** Seconds that an engine may take to kill what did not stop. */
const KILL_PATIENCE = 2;

export interface WatchOptions {
  readonly container: Container;
  readonly time: RunningTime;
  /** When it comes the container is stopped. */
  readonly signal: AbortSignal;
  /** Of a container that another process has asked to stop. */
  readonly stopUntil: number | undefined;
}

/** Stops the container when its time is up, and when we are told to leave. */
export function watchLimits({ container, time, signal, stopUntil }: WatchOptions, docker: Docker): Limits {
  const over = new AbortController();
  const labels = container.Config.Labels;
  const grace = numberIn(labels, LABEL.grace) ?? DEFAULT_GRACE;
  const timeout = numberIn(labels, LABEL.timeout);
  const up = docker.uptime ?? uptime;
  const cancelGrace = Math.min(grace, docker.longestGrace ?? grace);
  let until = stopUntil;
  let cancelled = false;
  let timedOut = false;
  let stopping = Promise.resolve(false);

  /** Whether it ran until then. */
  async function stop(seconds: number): Promise<boolean> {
    while (!over.signal.aborted) {
      try {
        return await stopContainer(container.Id, seconds, docker);
      } catch (error) {
        docker.progress(`the container could not be stopped: ${messageOf(error)}`);
        await docker.clock.sleep(RETRY_EVERY, over.signal).catch(() => undefined);
      }
    }
    return false;
  }

  function cancel(): void {
    cancelled = true;
    if (until === undefined) {
      until = up() + cancelGrace;
      docker.progress(`the run is asked to stop, and has ${cancelGrace} s to save what it has`);
      stopping = stop(cancelGrace);
    } else void killAfterGrace(until);
  }

  /** The engine does it by itself, unless it was another one that was asked. */
  async function killAfterGrace(end: number): Promise<void> {
    const left = Math.max(0, end - up() + KILL_PATIENCE) * 1_000;
    if (await sleepUnless(over.signal, left, docker.clock)) stopping = stop(0);
  }

  async function waitForDeadline(milliseconds: number): Promise<void> {
    if (!(await sleepUnless(over.signal, milliseconds, docker.clock))) return;
    stopping = stop(grace);
    timedOut = await stopping;
  }

  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (timeout !== undefined) void waitForDeadline(Math.max(0, timeout * 1_000 - time.elapsed));

  return {
    get cancelled() {
      return cancelled;
    },
    get timedOut() {
      return timedOut;
    },
    get stopUntil() {
      return until;
    },
    async settled() {
      await Promise.race([stopping, sleepUnless(over.signal, RETRY_EVERY, docker.clock)]);
    },
    close() {
      over.abort();
      signal.removeEventListener('abort', cancel);
    },
  };
}

/** false when the signal came first. */
async function sleepUnless(signal: AbortSignal, milliseconds: number, clock: Clock): Promise<boolean> {
  const end = clock.now() + milliseconds;
  try {
    while (clock.now() < end) await clock.sleep(Math.min(end - clock.now(), LONGEST_SLEEP), signal);
    return !signal.aborted;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
