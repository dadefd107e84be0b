import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { RunResult } from '../types/result.ts';

/** What of the metrics of runs is missing or was not read, at its place; the same of several legs is said once. */
export function metricsFindings(runs: readonly RunResult[], jobs: readonly Job[]): readonly Finding[] {
  return jobs.flatMap((job) => {
    const own = runs.filter(({ run }) => run.job === job.name);
    const location = job.origins.get('metrics.stdout') ?? job.origins.get('metrics');
    return eachOnce(own).map((finding) => ({ ...finding, location }));
  });
}

function eachOnce(runs: readonly RunResult[]): readonly Finding[] {
  const labels = new Map<string, (string | undefined)[]>();
  const findings = new Map<string, Finding>();
  for (const { run, metricsFindings: own = [] } of runs) {
    for (const finding of own) {
      const key = JSON.stringify(finding);
      findings.set(key, finding);
      labels.set(key, [...(labels.get(key) ?? []), run.leg?.label]);
    }
  }
  return [...findings].map(([key, finding]) => ofLegs(finding, labels.get(key) ?? []));
}

function ofLegs(finding: Finding, [first, ...others]: readonly (string | undefined)[]): Finding {
  if (first === undefined) return finding;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return { ...finding, message: `${finding.message} (${first}${more})` };
}
