import type { Clock } from '../clock.ts';

/** At most so many calls at a time per host, and one pause for all of them; a signal ends all waiting, or that of one call. */
export interface Limiter {
  run<T>(host: string, work: () => Promise<T>, own?: AbortSignal): Promise<T>;
  pause(host: string, milliseconds: number): void;
}

interface Lane {
  running: number;
  pausedUntil: number;
  readonly waiting: (() => void)[];
}

export function createLimiter(clock: Clock, signal?: AbortSignal, most = 4): Limiter {
  const lanes = new Map<string, Lane>();

  function laneOf(host: string): Lane {
    const lane = lanes.get(host) ?? { running: 0, pausedUntil: 0, waiting: [] };
    lanes.set(host, lane);
    return lane;
  }

  async function run<T>(host: string, work: () => Promise<T>, own = signal): Promise<T> {
    const lane = laneOf(host);
    await enter(lane, most, own);
    try {
      await endOfPause(lane, clock, own);
      return await work();
    } finally {
      leave(lane);
    }
  }

  function pause(host: string, milliseconds: number): void {
    const lane = laneOf(host);
    lane.pausedUntil = Math.max(lane.pausedUntil, clock.now() + milliseconds);
  }

  return { run, pause };
}

async function enter(lane: Lane, most: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (lane.running < most) {
    lane.running += 1;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const begin = (): void => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = (): void => {
      lane.waiting.splice(lane.waiting.indexOf(begin), 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    lane.waiting.push(begin);
  });
}

/** A place that somebody waits for is handed over, not given back. */
function leave(lane: Lane): void {
  const next = lane.waiting.shift();
  if (next === undefined) lane.running -= 1;
  else next();
}

async function endOfPause(lane: Lane, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  for (let left = lane.pausedUntil - clock.now(); left > 0; left = lane.pausedUntil - clock.now()) {
    await clock.sleep(left, signal);
  }
}
