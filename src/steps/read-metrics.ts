import { UserError } from '../errors.ts';
import type { LineWatch } from '../run/line-watch.ts';
import { metricsFile, missingFile } from '../run/metrics/metrics-file.ts';
import { createMetricsReader, type MetricsRead } from '../run/metrics/read-metrics.ts';
import type { MetricsSource } from '../spec/job.ts';
import type { RunFiles } from '../tools.ts';

/** What came back of a run that is over. */
export interface Collected {
  readonly outputs: readonly string[];
  readonly files: RunFiles;
  readonly succeeded: boolean;
}

/** The first file of those that may hold metrics; else what the lines said. What is missing takes nothing from the run. */
export async function readMetrics(
  sources: readonly MetricsSource[],
  watch: LineWatch,
  { outputs, files, succeeded }: Collected,
): Promise<MetricsRead> {
  const path = metricsFile(sources, outputs);
  if (path !== undefined) return await readFile(path, files).catch(unreadable);
  return {
    metrics: watch.metrics(),
    findings: [
      ...missingFile(sources, outputs, succeeded),
      ...watch.metricRemarks().map((remark) => ({
        level: 'warning' as const,
        code: 'metrics',
        message: `of the pattern of \`metrics\`: ${remark}`,
        hint: 'try it on the lines of log.txt',
      })),
    ],
  };
}

async function readFile(path: string, files: RunFiles): Promise<MetricsRead> {
  const reader = createMetricsReader(path);
  for await (const bytes of files.read(path)) reader.push(bytes);
  return reader.end();
}

function unreadable(error: unknown): MetricsRead {
  if (!(error instanceof UserError)) throw error;
  return { metrics: [], findings: error.findings.map((finding) => ({ ...finding, level: 'warning' })) };
}
