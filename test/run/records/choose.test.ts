import { describe, expect, it } from '@jest/globals';
import { filterRuns, namedRuns, parseSince, type RunFilter } from '../../../src/run/records/choose.ts';
import { keptRun, params } from './kept-runs.ts';

const ALL = { params: new Map<string, string>() };
const RUNS = [
  keptRun({ id: 'train-1', day: 1, plan: params({ lr: '0.1', depth: '3' }) }),
  keptRun({
    id: 'train-2',
    day: 3,
    plan: params({ lr: '0.1' }),
    verdict: { reason: 'timeout', exitCode: 143 },
  }),
  keptRun({ id: 'eval-1', day: 2, plan: { job: 'eval' } }),
  { run: 'old', folder: '/runs/old', record: undefined, isOver: true },
];

describe('filterRuns', () => {
  it.each<[string, Partial<RunFilter>, readonly string[]]>([
    ['nothing', {}, ['train-2', 'eval-1', 'train-1', 'old']],
    ['a job', { job: 'eval' }, ['eval-1']],
    ['a status', { status: 'failed' }, ['train-2']],
    ['a reason', { status: 'timeout' }, ['train-2']],
    ['a time', { since: Date.UTC(2026, 11, 2) }, ['train-2', 'eval-1']],
    ['a parameter', { params: new Map([['lr', '0.1']]) }, ['train-2', 'train-1']],
    [
      'all of several parameters',
      {
        params: new Map([
          ['lr', '0.1'],
          ['depth', '3'],
        ]),
      },
      ['train-1'],
    ],
  ])('asked for %s, the last that was started first', (_, filter, ids) => {
    expect(filterRuns(RUNS, { ...ALL, ...filter }).map(({ run }) => run)).toEqual(ids);
  });
});

describe('namedRuns', () => {
  it.each([
    ['train-1', 'train-1'],
    ['eval', 'eval-1'],
    ['latest', 'train-2'],
    ['2026-12-01T1200Z-train-1', 'train-1'],
  ])('finds by %s the run %s', (word, id) => {
    expect(namedRuns(RUNS, [word]).map(({ run }) => run)).toEqual([id]);
  });

  it('says which are meant by a beginning of several, and of none', () => {
    expect(() => namedRuns(RUNS, ['train'])).toThrow('2 runs begin with "train": train-1, train-2');
    expect(() => namedRuns(RUNS, ['x'])).toThrow('no record of a run "x" here');
  });
});

describe('parseSince', () => {
  const NOW = Date.UTC(2026, 11, 10);

  it.each([
    ['12h', Date.UTC(2026, 11, 9, 12)],
    ['1w', Date.UTC(2026, 11, 3)],
    ['2026-12-01', Date.UTC(2026, 11, 1)],
    ['2026-12-01T12:30Z', Date.UTC(2026, 11, 1, 12, 30)],
  ])('takes %s', (text, time) => {
    expect(parseSince(text, NOW)).toBe(time);
  });

  it.each(['', 'yesterday', '7', '2026-13-45', '-1d'])('refuses "%s"', (text) => {
    expect(() => parseSince(text, NOW)).toThrow('which is no age and no date');
  });
});
