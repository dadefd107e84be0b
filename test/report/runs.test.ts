import { describe, expect, it } from '@jest/globals';
import { printReaped, printRuns, runsJson } from '../../src/report/text/runs.ts';
import { keptPlan } from '../../src/run/kept-plan.ts';
import type { FoundRun } from '../../src/tools/found-run.ts';
import { runPlan } from './results.ts';

const RUN: FoundRun = {
  handle: {
    backend: 'kubernetes',
    run: 'train-1',
    name: 'jobimg-train-1',
    hash: `sha256:${'a'.repeat(64)}`,
    native: { namespace: 'ml' },
  },
  job: 'train',
  plan: keptPlan(runPlan({ detached: true })),
  state: 'running',
  started: '2026-12-01T12:00:00.000Z',
  overdue: false,
  known: undefined,
};

describe('the list of runs', () => {
  it('says of each what it is, how it stands, where it is, and who follows it', () => {
    const late: FoundRun = { ...RUN, plan: undefined, overdue: true, started: undefined };

    expect(printRuns([RUN, late])).toEqual([
      'run      job    state             started           backend                        followed by',
      'train-1  train  running           2026-12-01 12:00  {kubernetes: {namespace: ml}}  nobody: detached',
      'train-1  train  running, overdue                    {kubernetes: {namespace: ml}}  not known here',
    ]);
    expect(printRuns([])).toEqual(['there are no runs']);
  });

  it('is data for programs, and has no plan in it', () => {
    expect(runsJson([RUN])).toEqual([
      {
        run: 'train-1',
        job: 'train',
        state: 'running',
        started: '2026-12-01T12:00:00.000Z',
        overdue: false,
        backend: 'kubernetes',
        name: 'jobimg-train-1',
        detached: true,
        'known-here': false,
      },
    ]);
  });

  it('of what was reaped says what is still there, and why', () => {
    const reaped = { run: 'train-1', job: 'train', backend: 'docker', started: undefined };

    expect(printReaped([reaped, { ...reaped, failure: 'forbidden' }], false)).toEqual([
      'removed: the run train-1 of the job train',
      'still there: the run train-1 of the job train: forbidden',
    ]);
    expect(printReaped([reaped], true)).toEqual(['would be removed: the run train-1 of the job train']);
    expect(printReaped([], false)).toEqual(['no run is past its deadline']);
  });
});
