import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { planRuns } from '../../run/plan/legs.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Tools } from '../../tools/tools.ts';

/** The digest of an image that is not made yet cannot be known: a command that names it shows this. */
export const UNKNOWN_IMAGE: EnsuredImage = {
  made: 'given',
  reference: '…',
  engineId: 'sha256:…',
  cache: 'none',
  why: '',
};

/** The runs of a job that is not started. */
export function lookedAtRuns(job: JobPlan, { caller }: Pick<Tools, 'caller'>): readonly RunPlan[] {
  return planRuns(job, UNKNOWN_IMAGE, contextOf(job.job.env.keys(), caller));
}

/** What must come from the caller is asked for when the run starts, not when it is planned. */
function contextOf(
  names: Iterable<string>,
  { run, time, env }: Tools['caller'],
): Parameters<typeof planRuns>[2] {
  const unset = [...names].map((name) => [name, ''] as const);
  return { ...run, startedAt: time(), callerEnv: new Map([...unset, ...env]) };
}
