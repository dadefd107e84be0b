import type { Finding } from '../../../errors.ts';
import type { Plan } from '../../../plan/plan.ts';
import { lackFindings } from '../../../run/missing/findings.ts';
import type { RunResult } from '../../../run/types/result.ts';

/** What the logs of failed runs say that their images lack, job by job. */
export function lacksOf(runs: readonly RunResult[], { jobs }: Plan): readonly Finding[] {
  return jobs.flatMap(({ job }) => {
    const lacks = runs.filter(({ run }) => run.job === job.name).flatMap((run) => run.lacks ?? []);
    return lackFindings([...new Map(lacks.map((lack) => [lack.name, lack])).values()], job);
  });
}
