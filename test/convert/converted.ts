import { convert } from '../../src/convert/convert.ts';
import type { ConvertSource } from '../../src/convert/source.ts';
import { planJobs } from '../../src/plan/images/plan-jobs.ts';
import { chooseRecipes } from '../../src/recipe/choose/choose.ts';
import { type Files, factsOf, jobsOf, treeOf } from '../recipe/support.ts';

/** The jobimg.yml, and the lines of what it does not say. */
export function converted(path: string, text: string, words?: readonly string[]) {
  const source: ConvertSource = { path, text, words };
  const { text: spec, findings } = convert(source);
  const lines = findings.map(({ location, message }) => `${location?.line ?? ''}: ${message}`);
  return { spec, lines };
}

/** Plans every job of the spec, in a repository with the files that it names. */
export function planned(spec: string, files: Files = {}): readonly string[] {
  const all = { 'jobimg.yml': spec, ...files };
  const recipes = jobsOf(spec).flatMap((job) => chooseRecipes(job, treeOf(all), () => ({ env: [] })));
  const destination = {
    kind: 'registry',
    repository: { registry: 'registry.example.org', path: 'demo' },
    auto: false,
  } as const;
  const plan = planJobs(recipes, factsOf(recipes, all), destination, { mirrors: new Map() });
  return plan.jobs.map(({ job }) => job.name);
}
