import { describe, expect, it } from '@jest/globals';
import {
  deadlineCheck,
  wasStoppedByEngine,
} from '../../../../src/backends/docker/deadline/deadline-check.ts';
import { Container } from '../../../../src/backends/docker/engine/answers.ts';

interface Check {
  readonly Test: readonly string[];
  readonly Interval: number;
  readonly StartInterval: number;
  readonly StartPeriod: number;
  readonly Timeout: number;
}

const CHECK = deadlineCheck({ timeout: 3_600, stopGrace: 30 }) as Check;
const NANOSECONDS = 1e9;

function ended(Test: readonly string[], codes: readonly number[]): Container {
  const Log = codes.map((ExitCode) => ({ ExitCode }));
  return Container.parse({
    Id: 'c',
    Name: '/c',
    Config: { Labels: {}, Healthcheck: { Test } },
    State: {
      Status: 'exited',
      Running: false,
      ExitCode: 143,
      Error: '',
      StartedAt: '',
      FinishedAt: '',
      Health: { Log },
    },
  });
}

describe('the check of an engine at the deadline', () => {
  it('is made for the first time when the time is up, by new engines and by old ones', () => {
    expect([CHECK.Interval, CHECK.StartInterval]).toEqual([3_605 * NANOSECONDS, 3_605 * NANOSECONDS]);
    // 0 would be the value of the image.
    expect(CHECK.StartPeriod).toBeGreaterThan(0);
    expect(CHECK.StartPeriod).toBeLessThan(NANOSECONDS);
  });

  it.each([
    ['was made', CHECK.Test, [0], true],
    ['was made twice', CHECK.Test, [0, 0], true],
    ['was never due', CHECK.Test, [], false],
    ['could not be made, for the image has no shell', CHECK.Test, [-1, 127], false],
    ['is one of the image', ['CMD-SHELL', 'curl localhost'], [0], false],
  ])('that %s', (_, test, codes, expected) => {
    expect(wasStoppedByEngine(ended(test, codes))).toBe(expected);
  });
});
