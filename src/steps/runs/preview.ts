import type { Inputs } from '../../inputs/inputs.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LookupResult, Preview } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { lookUpImages } from '../images/image-lookup.ts';
import { buildReasons } from '../images/reasons/build-reason.ts';
import { lookedAtRuns } from './looked-at-runs.ts';

/** What a plan would find and start; only the `plan` command asks, so that a check needs no registry. */
export async function preview(plan: Plan, inputs: Inputs, tools: Tools): Promise<Preview> {
  const looked =
    inputs.check || inputs.offline
      ? { found: new Map<string, LookupResult>(), findings: [] }
      : await lookUpImages(plan, tools);
  const runs = plan.jobs.map((job) => {
    return [job.job.name, lookedAtRuns(job, tools)] as const;
  });
  const { found, findings } = looked;
  const why = found.size === 0 ? new Map() : await buildReasons(plan, found, tools);
  return { found, runs: new Map(runs), why, findings };
}
