import { paramsJson } from '../../jobspec/params/params.ts';
import { idOf } from '../../oci/canonical.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import type { RunPlan } from '../types/plan.ts';
import type { RunContext } from './context.ts';
import { planRun } from './plan-run.ts';

/** One run per combination of the job's matrix, or one; all of them on the same image. */
export function planRuns(plan: JobPlan, image: EnsuredImage, context: RunContext): readonly RunPlan[] {
  const { strategy, ...job } = plan.job;
  if (strategy === undefined) return [planRun(plan, image, context)];
  const { legs, maxParallel, failFast } = strategy;
  const copies = new Map<string, number>();
  return legs.map(({ label, values, params, command = job.command, env = job.env }) => {
    const key = paramsJson(params);
    const copy = copies.get(key) ?? 0;
    copies.set(key, copy + 1);
    const leg = { label, values, maxParallel, failFast };
    const own = { ...plan, job: { ...job, params, command, env } };
    // GitHub runs a combination as often as it is listed; each needs an id of its own.
    return planRun(own, image, { ...context, ...randomOf(context, key, copy) }, { leg, copy });
  });
}

/** Off GitHub the random digits tell runs apart, and all legs have the same. */
function randomOf({ random }: RunContext, params: string, copy: number): Pick<RunContext, 'random'> {
  return { random: idOf({ random, params, copy }).slice('sha256:'.length) };
}
