import type { Finding } from '../../../errors.ts';
import type { LineWatch } from '../../../run/lines/watch.ts';
import { metricsFile, missingFile } from '../../../run/metrics/metrics-file.ts';
import { createMetricsReader } from '../../../run/metrics/read-metrics.ts';
import type { RunResult } from '../../../run/types/result.ts';
import type { RunFiles } from '../../../tools/run-files.ts';

export type Measured = Pick<RunResult, 'metrics' | 'metricsFindings'>;

/** The first file of those that may hold metrics; else what the lines said. */
export async function readMetrics(
  { run, verdict }: Pick<RunResult, 'run' | 'verdict'>,
  outputs: readonly string[],
  watch: LineWatch,
  files: Pick<RunFiles, 'read'>,
): Promise<Measured> {
  const path = metricsFile(run.metrics, outputs);
  if (path !== undefined) return await readFile(path, files);
  return {
    metrics: watch.metrics(),
    metricsFindings: [
      ...missingFile(run.metrics, outputs, verdict.reason === 'succeeded'),
      ...watch.metricRemarks().map(patternFinding),
    ],
  };
}

async function readFile(path: string, files: Pick<RunFiles, 'read'>): Promise<Measured> {
  const reader = createMetricsReader(path);
  for await (const bytes of files.read(path)) reader.push(bytes);
  const { metrics, findings } = reader.end();
  return { metrics, metricsFindings: findings };
}

function patternFinding(remark: string): Finding {
  const message = `the pattern of \`metrics\`: ${remark}`;
  return { level: 'warning', code: 'metrics', message, hint: 'try it on the lines of log.txt' };
}
