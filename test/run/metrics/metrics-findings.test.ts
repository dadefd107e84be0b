import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../../src/errors.ts';
import { metricsFindings } from '../../../src/run/metrics/metrics-findings.ts';
import { job, runPlan, runResult } from '../../report/results.ts';

const finding = (message: string): Finding => ({ level: 'warning', code: 'metrics', message });
const legOf = (label: string, ...messages: readonly string[]) =>
  runResult({
    run: runPlan({ leg: { label, values: new Map(), failFast: false } }),
    metricsFindings: messages.map(finding),
  });

describe('what is missing of metrics', () => {
  it('is told at the place of the spec that names them', () => {
    const location = { file: 'jobimg.yml', line: 3, column: 1 };
    const named = job({ origins: new Map([['metrics', location]]) });

    const findings = metricsFindings([runResult({ metricsFindings: [finding('no file')] })], [named]);

    expect(findings).toEqual([{ ...finding('no file'), location }]);
  });

  it('is told once for all legs of a matrix, with the first of them', () => {
    const runs = [
      legOf('lr=1', 'no file'),
      legOf('lr=2', 'torn'),
      legOf('lr=3', 'no file'),
      legOf('lr=4', 'no file'),
    ];

    expect(metricsFindings(runs, [job()]).map(({ message }) => message)).toEqual([
      'no file (lr=1 and 2 more)',
      'torn (lr=2)',
    ]);
  });
});
