import type { Clock } from '../../io/clock.ts';
import type { Container } from './answers.ts';
import { stopContainer } from './create.ts';
import { type Docker, messageOf } from './docker.ts';
import { LABEL, numberIn } from './labels.ts';

/** What ended a run early, as far as it was us. */
export interface Limits {
  readonly cancelled: boolean;
  readonly timedOut: boolean;
  /** Nothing is stopped any more. */
  close(): void;
}

/** Longest span a timer of Node takes. */
const LONGEST_SLEEP = 2 ** 31 - 1;
/** Of the 7.5 s that a runner leaves between its first signal and the next. */
const LEAVING_GRACE = 5;
const DEFAULT_GRACE = 30;
const RETRY_EVERY = 5_000;

/** Stops the container when its time is up, and when we are told to leave. */
export function watchLimits(
  container: Container,
  engineTime: number,
  signal: AbortSignal,
  docker: Docker,
): Limits {
  const over = new AbortController();
  const labels = container.Config.Labels;
  const grace = numberIn(labels, LABEL.grace) ?? DEFAULT_GRACE;
  const left = timeLeft(container, engineTime);
  let cancelled = false;
  let timedOut = false;

  async function stop(seconds: number): Promise<void> {
    while (!over.signal.aborted) {
      try {
        await stopContainer(container.Id, seconds, docker);
        return;
      } catch (error) {
        docker.progress(`the container could not be stopped: ${messageOf(error)}`);
        await docker.clock.sleep(RETRY_EVERY, over.signal).catch(() => undefined);
      }
    }
  }

  function cancel(): void {
    cancelled = true;
    void stop(Math.min(grace, LEAVING_GRACE));
  }

  async function waitForDeadline(milliseconds: number): Promise<void> {
    if (!(await sleepUnless(over.signal, milliseconds, docker.clock))) return;
    timedOut = true;
    await stop(grace);
  }

  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (left !== undefined) void waitForDeadline(left);

  return {
    get cancelled() {
      return cancelled;
    },
    get timedOut() {
      return timedOut;
    },
    close() {
      over.abort();
      signal.removeEventListener('abort', cancel);
    },
  };
}

/** Milliseconds from now on, by the engine's clock: ours may differ, and the run may be an hour old. */
function timeLeft({ Config, State }: Container, engineTime: number): number | undefined {
  const timeout = numberIn(Config.Labels, LABEL.timeout);
  if (timeout === undefined) return undefined;
  return Math.max(0, Date.parse(State.StartedAt) + timeout * 1_000 - engineTime);
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
