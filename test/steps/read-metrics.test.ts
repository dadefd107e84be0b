import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { createLineMetrics } from '../../src/run/line-metrics.ts';
import { watchLines } from '../../src/run/line-watch.ts';
import type { MetricsSource } from '../../src/spec/job.ts';
import { readMetrics } from '../../src/steps/read-metrics.ts';
import type { RunFiles } from '../../src/tools.ts';

/** What a run left: each file with its content, or with the error that reading it ends in. */
function collected(content: Readonly<Record<string, string | Error>>, succeeded = true) {
  const files: RunFiles = {
    folder: '/runs/1',
    writeLog: async () => undefined,
    closeLog: async () => undefined,
    async *read(path) {
      const text = content[path];
      if (text instanceof Error) throw text;
      for (const byte of Buffer.from(text ?? '')) yield Uint8Array.of(byte);
    },
  };
  return { outputs: Object.keys(content).sort(), files, succeeded };
}

const NONE = watchLines([]);
const LOOKED_FOR: readonly MetricsSource[] = [{ path: 'outputs/metrics.json' }, { path: 'metrics.json' }];

describe('the metrics of a run', () => {
  it('are in the first file that is there', async () => {
    const both = collected({ 'metrics.json': '{"loss": 1}', 'outputs/metrics.json': '{"loss": 2}' });

    expect(await readMetrics(LOOKED_FOR, NONE, both)).toEqual({
      metrics: [{ name: 'loss', values: [2] }],
      findings: [],
    });
    expect(await readMetrics(LOOKED_FOR, NONE, collected({ 'model.pt': '' }))).toEqual({
      metrics: [],
      findings: [],
    });
  });

  it('are found however their path is written', async () => {
    const { metrics } = await readMetrics(
      [{ path: './out//m.json' }],
      NONE,
      collected({ 'out/m.json': '{"a": 1}' }),
    );

    expect(metrics).toEqual([{ name: 'a', values: [1] }]);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['nothing came back', {}, 'no file like it came back'],
    ['nothing like it did', { 'outputs/model.pt': '' }, 'no file like it came back'],
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
    const { findings } = await readMetrics([{ path: 'metrics/train.json' }], NONE, collected(content));

    expect(findings).toEqual([
      {
        level: 'warning',
        code: 'metrics',
        message: 'the job left no metrics file "metrics/train.json"',
        hint: `${there}; \`metrics\` is relative to the folder that the job starts in`,
      },
    ]);
  });

  it('that are not there are a remark where the run failed', async () => {
    const { findings } = await readMetrics([{ path: 'm.json' }], NONE, collected({}, false));

    expect(findings).toEqual([
      { level: 'notice', code: 'metrics', message: 'the job left no metrics file "m.json"' },
    ]);
  });

  it('that cannot be read take nothing from the run', async () => {
    const error = new UserError('"m.json" cannot be read: its disk cannot read it');

    const { metrics, findings } = await readMetrics(
      [{ path: 'm.json' }],
      NONE,
      collected({ 'm.json': error }),
    );

    expect(metrics).toEqual([]);
    expect(findings).toMatchObject([
      { level: 'warning', message: '"m.json" cannot be read: its disk cannot read it' },
    ]);
  });

  it('of a pattern that found nothing are told', async () => {
    const watch = watchLines([createLineMetrics('loss=(\\S+)')]);
    watch.line('Loss: 0.5');

    const { metrics, findings } = await readMetrics([{ stdout: 'loss=(\\S+)' }], watch, collected({}));

    expect(metrics).toEqual([]);
    expect(findings).toMatchObject([
      { level: 'warning', message: 'of the pattern of `metrics`: it matched no line of the log' },
    ]);
  });
});
