import { describe, expect, it } from '@jest/globals';
import type { MetricsSource } from '../../../../src/jobspec/job/job.ts';
import { createLineMetrics } from '../../../../src/run/lines/metrics.ts';
import { type LineWatch, watchLines } from '../../../../src/run/lines/watch.ts';
import type { Reason } from '../../../../src/run/types/verdict.ts';
import { readMetrics } from '../../../../src/steps/runs/result/read-metrics.ts';
import type { RunFiles } from '../../../../src/tools/run-files.ts';
import { runPlan } from '../../../report/results.ts';

/** Reads the metrics of a run that left these files: each with its content, or with the error that reading it ends in. */
async function measure(
  metrics: readonly MetricsSource[],
  content: Readonly<Record<string, string | Error>>,
  { reason = 'succeeded', watch = NONE }: { reason?: Reason; watch?: LineWatch } = {},
) {
  const files: Pick<RunFiles, 'read'> = {
    async *read(path) {
      const text = content[path];
      if (text instanceof Error) throw text;
      for (const byte of Buffer.from(text ?? '')) yield Uint8Array.of(byte);
    },
  };
  const run = runPlan({ metrics });
  return await readMetrics({ run, verdict: { reason } }, Object.keys(content).sort(), watch, files);
}

const NONE = watchLines([]);
const LOOKED_FOR: readonly MetricsSource[] = [{ path: 'outputs/metrics.json' }, { path: 'metrics.json' }];

describe('the metrics of a run', () => {
  it('are in the first file that is there', async () => {
    const both = { 'metrics.json': '{"loss": 1}', 'outputs/metrics.json': '{"loss": 2}' };

    expect(await measure(LOOKED_FOR, both)).toEqual({
      metrics: [{ name: 'loss', values: [2] }],
      metricsFindings: [],
    });
    expect(await measure(LOOKED_FOR, { 'model.pt': '' })).toEqual({ metrics: [], metricsFindings: [] });
  });

  it('are found however their path is written', async () => {
    const { metrics } = await measure([{ path: './out//m.json' }], { 'out/m.json': '{"a": 1}' });

    expect(metrics).toEqual([{ name: 'a', values: [1] }]);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['nothing came back', {}, 'no similar file came back'],
    ['nothing like it did', { 'outputs/model.pt': '' }, 'no similar file came back'],
    [
      'a namesake did',
      { 'outputs/a.csv': '', 'outputs/train.json': '', 'outputs/model.pt': '' },
      'there are "outputs/train.json", "outputs/a.csv"',
    ],
    ['it is a folder', { 'metrics/train.json/a.txt': '' }, 'there are "metrics/train.json/a.txt"'],
    [
      'others did',
      { 'outputs/a.csv': '', 'outputs/b.csv': '', 'outputs/c.csv': '', 'outputs/d.csv': '' },
      'there are "outputs/a.csv", "outputs/b.csv", "outputs/c.csv" and 1 more',
    ],
  ])('that the spec names and the job did not write are told when %s', async (_, content, there) => {
    const { metricsFindings } = await measure([{ path: 'metrics/train.json' }], content);

    expect(metricsFindings).toEqual([
      {
        level: 'warning',
        code: 'metrics',
        message: 'the job left no metrics file "metrics/train.json"',
        hint: `${there}; \`metrics\` is relative to the folder that the job starts in`,
      },
    ]);
  });

  it('that are not there are a remark where the run failed', async () => {
    const { metricsFindings } = await measure([{ path: 'm.json' }], {}, { reason: 'failed' });

    expect(metricsFindings).toEqual([
      { level: 'notice', code: 'metrics', message: 'the job left no metrics file "m.json"' },
    ]);
  });

  it('of a pattern that found nothing are told', async () => {
    const watch = watchLines([createLineMetrics('loss=(\\S+)')]);
    watch.lines(['Loss: 0.5']);

    const { metrics, metricsFindings } = await measure([{ stdout: 'loss=(\\S+)' }], {}, { watch });

    expect(metrics).toEqual([]);
    expect(metricsFindings).toMatchObject([
      { level: 'warning', message: 'the pattern of `metrics`: it matched no line of the log' },
    ]);
  });
});
