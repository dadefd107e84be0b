import type { Finding } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import type { Bases } from '../../plan/bases.ts';
import type { Destination, Plan } from '../../plan/plan.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { Tools } from '../../tools/tools.ts';
import { readJobs } from './read-jobs.ts';

/** A plan that can be made again for another destination, from the same facts. */
export interface Planned {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  readonly mirrors: Mirrors;
  readonly bases: Bases;
  readonly data?: string | undefined;
  for(destination: Destination): Plan;
}

/** `given` has digests of bases that are known from elsewhere; what the repository's lock says comes before it. */
export async function makePlan(
  inputs: Inputs,
  tools: Tools,
  given: (recipes: readonly Recipe[]) => Bases = () => new Map(),
): Promise<Planned> {
  const read = await readJobs(inputs, tools);
  // A mistake in the spec is told before anything else is loaded.
  const { planOf } = await import('./plan-of-jobs.ts');
  return await planOf(read, { inputs, given }, tools);
}
