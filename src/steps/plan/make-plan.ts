import type { Inputs } from '../../inputs/inputs.ts';
import type { Bases } from '../../plan/bases.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { Tools } from '../../tools/tools.ts';
import type { Planned } from './plan-of-jobs.ts';
import { readJobs } from './read-jobs.ts';

export type { Planned };

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
