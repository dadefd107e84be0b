import { describe, expect, it } from '@jest/globals';
import { printComparison } from '../../../src/report/kept-runs/compare.ts';
import { keptRunsJson, printKeptRuns } from '../../../src/report/kept-runs/list.ts';
import { keptRun, params } from '../../run/records/kept-runs.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const image = { registry: 'ghcr.io', path: 'acme/train', digest: DIGEST };
const ONE = keptRun({ id: 'train-1', plan: { ...params({ lr: '0.1' }), commit: 'c0ffee' } });
const OTHER = keptRun({
  id: 'train-2',
  day: 2,
  plan: { ...params({ lr: '0.01', depth: '3' }), commit: 'c0ffee', image },
  verdict: { reason: 'oom-gpu', exitCode: 1 },
  metrics: [
    { name: 'epoch', values: [1, 2] },
    { name: 'loss', values: [0.123456] },
    { name: 'accuracy', values: [Number.NaN] },
  ],
});

describe('the runs of a machine', () => {
  it('are a table, with what measures something before what counts', () => {
    expect(
      printKeptRuns([OTHER, ONE, { run: 'old', folder: '/runs/old', record: undefined, isOver: true }]),
    ).toEqual([
      'run      job    status                         started           took       params           metrics',
      'train-2  train  failed, exit code 1 (oom-gpu)  2026-12-02 12:00  1 min 1 s  lr=0.01 depth=3  loss=0.1235 accuracy=not a number epoch=2',
      'train-1  train  succeeded                      2026-12-01 12:00  1 min 1 s  lr=0.1           loss=1.5',
      'old             unknown',
    ]);
  });

  it('are said not to be there', () => {
    expect(printKeptRuns([])).toEqual(['there are no such runs on this machine']);
  });

  it('stand side by side, and what differs is marked', () => {
    const lines = printComparison([ONE, OTHER]);

    expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
      expect.arrayContaining([
        ['', 'run', 'train-1', 'train-2'],
        ['*', 'param lr', '0.1', '0.01'],
        ['*', 'param depth', '3'],
        ['', 'commit', 'c0ffee', 'c0ffee'],
        ['*', 'metric loss', '1.5', '0.1235'],
      ]),
    );
    expect(lines.find((line) => line.includes('  image  '))).toMatch(
      /^\* {2}image .* ghcr\.io\/acme\/train@sha256:d{12} +ghcr\.io\/acme\/train@sha256:a{12}$/,
    );
  });

  it('are told to programs whole', () => {
    expect(keptRunsJson([OTHER])).toMatchObject([
      {
        run: 'train-2',
        status: 'failed',
        reason: 'oom-gpu',
        params: { lr: '0.01', depth: '3' },
        metrics: { loss: 0.123456, accuracy: null },
        commit: 'c0ffee',
        folder: '/runs/2026-12-02T1200Z-train-2',
      },
    ]);
  });
});
