import { describe, expect, it } from '@jest/globals';
import { runExitCode, runsExitCode } from '../../../src/report/command/exit-code.ts';
import type { Reason, Verdict } from '../../../src/run/types/verdict.ts';
import { runPlan, runResult } from '../results.ts';

describe('the exit code of a command that waited for a run', () => {
  it.each<[Reason, number | undefined, number]>([
    ['succeeded', 0, 0],
    ['detached', undefined, 0],
    ['failed', 1, 1],
    ['failed', 137, 137],
    ['failed', undefined, 125],
    ['timeout', 143, 143],
    ['timeout', 0, 125],
    ['cancelled', 143, 130],
    ['cancelled', undefined, 130],
    ['lost-contact', undefined, 125],
    ['image-pull', undefined, 125],
    ['preflight', undefined, 125],
    ['internal', 0, 125],
  ])('for %s with exit code %s is %i', (reason, exitCode, expected) => {
    expect(runExitCode({ reason, exitCode })).toBe(expected);
  });

  const ended = (job: string, verdict: Verdict) => runResult({ run: runPlan({ job }), verdict });

  it('is the largest of several jobs', () => {
    const runs = [
      ended('a', { reason: 'failed', exitCode: 3 }),
      ended('b', { reason: 'failed', exitCode: 2 }),
      ended('c', { reason: 'succeeded', exitCode: 0 }),
    ];

    expect(runsExitCode(runs)).toBe(3);
    expect(runsExitCode([])).toBe(0);
  });

  it('is that of a cancel, whatever else failed', () => {
    const runs = [
      ended('a', { reason: 'failed', exitCode: 255 }),
      ended('b', { reason: 'cancelled', exitCode: 143 }),
    ];

    expect(runsExitCode(runs)).toBe(130);
  });
});
