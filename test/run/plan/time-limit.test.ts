import { describe, expect, it } from '@jest/globals';
import { legMinutes, stepMinutes } from '../../../src/run/plan/time-limit.ts';
import { job } from '../../report/results.ts';

const HOUR = 3600;

function strategy(legs: number, maxParallel?: number) {
  const leg = { label: '', values: new Map(), params: new Map() };
  return { legs: Array.from({ length: legs }, () => leg), maxParallel, failFast: true };
}

describe('minutes for a job of the workflow', () => {
  it.each([
    ['one run', [job({ timeout: 12 * HOUR, stopGrace: 0 })], 750],
    ['a run with its time to stop', [job({ timeout: 12 * HOUR, stopGrace: 600 })], 760],
    ['a run that may wait', [job({ timeout: HOUR, queueTimeout: 2 * HOUR, stopGrace: 0 })], 210],
    ['a part of a minute', [job({ timeout: 61, stopGrace: 0 })], 32],
    [
      'legs, of which nobody says how many run at a time',
      [job({ timeout: HOUR, stopGrace: 0, strategy: strategy(4) })],
      270,
    ],
    ['legs, two at a time', [job({ timeout: HOUR, stopGrace: 0, strategy: strategy(5, 2) })], 210],
    [
      'several jobs, one after the other',
      [1, 2].map((hours) => job({ timeout: hours * HOUR, stopGrace: 0 })),
      210,
    ],
    ['more than GitHub lets a runner take', [job({ timeout: 200 * HOUR })], 7200],
  ])('that runs %s', (_, jobs, minutes) => {
    expect(stepMinutes(jobs)).toBe(minutes);
  });

  it('are those of one leg in a row of the matrix', () => {
    expect(legMinutes(job({ timeout: HOUR, stopGrace: 0, strategy: strategy(4) }))).toBe(90);
  });
});
