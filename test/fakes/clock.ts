import { type Clock, systemClock } from '../../src/io/clock.ts';

export interface FakeClock extends Clock {
  /** Milliseconds slept in all. */
  readonly slept: () => number;
  advance(milliseconds: number): void;
}

/** Time passes only while somebody sleeps, and then at once. */
export function fakeClock(random = 0.5): FakeClock {
  let time = 1_000_000;
  let slept = 0;
  return {
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
      slept += milliseconds;
    },
    random: () => random,
    slept: () => slept,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** Milliseconds. */
const MOMENT = 20;

/** Real time in which nobody sleeps long: who asks again and again does so at once, and no limit comes earlier. */
export const restlessClock: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, MOMENT), signal),
};
