import { setTimeout as sleep } from 'node:timers/promises';

/** Time as it is injected: only spans count, so that a wrong clock changes nothing. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Rejects when the signal is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to but not including 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  random: Math.random,
  async sleep(milliseconds, signal) {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};
