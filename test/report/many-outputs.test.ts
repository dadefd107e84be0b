import { describe, expect, it } from '@jest/globals';
import { outputsOf } from '../../src/report/outputs.ts';
import { renderSummary } from '../../src/report/summary/summary.ts';
import { printResult } from '../../src/report/text/result.ts';
import type { RunResult } from '../../src/run/types/result.ts';
import { result, runPlan, runResult } from './results.ts';

const NAMES = Array.from({ length: 1_000 }, (_, index) => `outputs/${'n'.repeat(200)}/${index}`);
const MANY: Partial<RunResult> = { outputs: NAMES, moreOutputs: 199_000 };
const KEPT = { name: 'jobimg-kept-train-1-1', commands: ['docker cp …', 'docker rm …'] };

describe('a run with 200,000 files', () => {
  it('names some of them and counts the others, wherever it is told', () => {
    const told = result({ runs: [runResult(MANY)] });

    const lines = printResult(told);
    const [run] = JSON.parse(outputsOf(told, { trusted: true }).get('result') ?? '').jobs[0].runs;

    expect(lines.length).toBeLessThan(40);
    expect(lines).toContain('          … and 199980 more');
    expect(run['output-files']).toBe(200_000);
    expect(run.outputs.length).toBeGreaterThan(10);
    expect(run.outputs.length).toBeLessThanOrEqual(100);
    expect(renderSummary(told)).toContain('| 200000 |');
  });

  it('stays within what GitHub takes of one output, as each leg of a large matrix', () => {
    const leg = (index: number) => ({ label: `x=${index}`, values: new Map(), failFast: false });
    const legs = (text: string) =>
      Array.from({ length: 256 }, (_, index) => {
        const command = { kind: 'shell', shell: 'bash', text } as const;
        const shown = { ...runPlan().shown, command };
        return runResult({ ...MANY, run: runPlan({ id: `train-${index}`, leg: leg(index), shown }) });
      });

    for (const text of ['python train.py', 'x'.repeat(100_000)]) {
      const told = outputsOf(result({ runs: legs(text) }), { trusted: true }).get('result') ?? '';

      expect(Buffer.byteLength(told)).toBeLessThan(1024 ** 2);
      expect(JSON.parse(told).jobs[0].runs).toHaveLength(256);
    }
  });
});

describe('a run whose container stays', () => {
  it('says so in the log, in the summary and in the result', () => {
    const told = result({ runs: [runResult({ outputs: [], kept: KEPT })] });

    const [run] = JSON.parse(outputsOf(told, { trusted: true }).get('result') ?? '').jobs[0].runs;

    expect(printResult(told)).toContain(
      'kept      the container jobimg-kept-train-1-1, with outputs that are nowhere else',
    );
    expect(renderSummary(told)).toContain('some are in <code>jobimg&#45;kept&#45;train&#45;1&#45;1</code>');
    expect(run.kept).toEqual({ container: KEPT.name, commands: KEPT.commands });
  });
});
