import { describe, expect, it } from '@jest/globals';
import type { Location } from '../../src/errors.ts';
import { runFindings } from '../../src/run/findings.ts';
import type { RunResult } from '../../src/run/types/result.ts';
import { job, runPlan, runResult } from '../report/results.ts';

const RUN: Location = { file: 'jobimg.yml', line: 2, column: 6 };
const OUT_OF_MEMORY = {
  verdict: {
    reason: 'oom-host',
    exitCode: 137,
    detail: 'the container ran out of memory',
    hint: 'raise "memory" in the spec',
  },
  lastLines: ['epoch 3', 'Killed'],
} as const;

function told(
  runs: readonly RunResult[],
  command: readonly (readonly [string, Location])[] = [['run', RUN]],
) {
  return runFindings(runs, [job({ origins: new Map(command) })]);
}

function leg(label: string, more: Partial<RunResult> = {}): RunResult {
  return runResult({ run: runPlan({ leg: { label, values: new Map(), failFast: true } }), ...more });
}

describe('what is said of a run that did not succeed', () => {
  it('has reason, exit code, last lines and what to do, at the line of its command', () => {
    expect(told([runResult(OUT_OF_MEMORY)])).toEqual([
      {
        level: 'error',
        code: 'oom-host',
        message:
          'run train: failed, exit code 137 (oom-host): the container ran out of memory\nthe last lines of its log:\nepoch 3\nKilled',
        hint: 'raise "memory" in the spec',
        location: RUN,
      },
    ]);
  });

  it('is nothing of one that succeeded', () => {
    expect(told([runResult()])).toEqual([]);
    expect(told([])).toEqual([]);
  });

  it('is no error of one that was cancelled', () => {
    const verdict = { reason: 'cancelled', exitCode: 143 } as const;

    expect(told([runResult({ verdict, lastLines: ['epoch 3'] })])).toMatchObject([
      { level: 'warning', code: 'cancelled', message: 'run train: cancelled' },
    ]);
  });

  it.each<[string, readonly (readonly [string, Location])[], Location | undefined]>([
    ['a list of words', [['command', RUN]], RUN],
    ['a value that the caller gave', [['run', { file: 'overrides', isInput: true }]], undefined],
    ['nothing that is known', [], undefined],
  ])('stands where the command does: %s', (_, origins, location) => {
    expect(told([runResult(OUT_OF_MEMORY)], origins)[0]?.location).toEqual(location);
  });

  it('is said once for a matrix, of the leg that decides', () => {
    const stopped = { verdict: { reason: 'cancelled', detail: 'stopped, because x=1 failed' } } as const;
    const failed = { verdict: { reason: 'failed', exitCode: 3 }, lastLines: ['no data'] } as const;

    const findings = told([leg('x=0', stopped), leg('x=1', failed), leg('x=2')]);

    expect(findings.map(({ message }) => message)).toEqual([
      'run train (x=1): failed, exit code 3; 2 of 3 legs did not succeed\nthe last lines of its log:\nno data',
    ]);
  });
});
