import { distinct } from '../../findings.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { chooseRecipes } from '../../recipe/choose/choose.ts';
import { type Explained, explain } from '../../report/explain.ts';
import type { Tools } from '../../tools/tools.ts';
import { readJobs } from './read-jobs.ts';

export interface ExplainedJob {
  readonly job: string;
  readonly values: readonly Explained[];
}

/** Where every value of the chosen jobs came from; nothing is looked up. */
export async function explainJobs(inputs: Inputs, tools: Tools): Promise<readonly ExplainedJob[]> {
  const { jobs } = await readJobs({ ...inputs, until: 'plan' }, tools);
  return jobs.map((job) => {
    const recipes = chooseRecipes(job, tools.source.tree);
    const reasons = distinct(recipes.flatMap((recipe) => recipe.reasons));
    return { job: job.name, values: explain({ job, reasons }, givenParams(job.name, inputs)) };
  });
}

/** A declared param keeps the place of its declaration, whoever gives it a value. */
function givenParams(job: string, { params, overrides }: Inputs): ReadonlyMap<string, string> {
  const prefix = `jobs.${job}.`;
  const paths = [...overrides.keys()].map((key) => (key.startsWith(prefix) ? key.slice(prefix.length) : key));
  const overridden = paths.filter((path) => path.startsWith('params.'));
  return new Map([
    ...overridden.map((path) => [path, 'overrides'] as const),
    ...[...params.keys()].map((name) => [`params.${name}`, '--param'] as const),
  ]);
}
