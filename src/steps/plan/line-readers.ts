import { type Finding, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Job, MetricsSource } from '../../jobspec/job/job.ts';
import type { LineMetrics } from '../../run/lines/metrics.ts';

/** Throws for every pattern of a job that cannot be used, at its place. */
export async function checkPatterns(jobs: readonly Job[]): Promise<void> {
  const findings = new Findings();
  for (const found of await Promise.all(jobs.map(problemsOf))) findings.add(found);
  findings.throwIfErrors();
}

async function problemsOf({ metrics, origins }: Job): Promise<readonly Finding[]> {
  try {
    await lineReaders(metrics === undefined ? [] : [metrics], () => 0);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const location = origins.get('metrics.stdout') ?? origins.get('metrics');
    return error.findings.map((finding) => ({ ...finding, location }));
  }
}

/** What reads metrics out of a log. The matcher of their patterns is loaded for jobs that have some. */
export async function lineReaders(
  sources: readonly MetricsSource[],
  now: () => number,
): Promise<readonly LineMetrics[]> {
  const patterns = sources.flatMap((source) => ('stdout' in source ? [source.stdout] : []));
  if (patterns.length === 0) return [];
  const { createLineMetrics } = await import('../../run/lines/metrics.ts');
  return patterns.map((pattern) => createLineMetrics(pattern, now));
}
