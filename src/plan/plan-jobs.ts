import { printReference } from '../oci/reference.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { BuiltImage, CodeMode, GivenImage } from '../spec/job.ts';
import { entriesOf, planEnvironment } from './environment.ts';
import { planBuild, planLayer } from './job-image.ts';
import { mirrored } from './mirrors.ts';
import type {
  CodeLayer,
  Destination,
  EnvironmentPlan,
  Facts,
  ImagePlan,
  JobPlan,
  Mirrors,
  Plan,
} from './plan.ts';

/** Ids, tags and Dockerfiles of every job, from what the recipes name and what was found out about it. */
export function planJobs(
  recipes: readonly Recipe[],
  facts: Facts,
  destination: Destination,
  mirrors: Mirrors,
): Plan {
  const jobs = recipes.map((recipe) => {
    const { image } = recipe.job;
    return image.kind === 'given'
      ? planGiven(recipe, image, facts, mirrors)
      : planBuilt(recipe, image, { facts, destination, mirrors });
  });
  return { destination, jobs };
}

function planGiven(recipe: Recipe, { reference }: GivenImage, facts: Facts, mirrors: Mirrors): JobPlan {
  const digest = facts.bases.get(printReference(reference)) ?? reference.digest;
  const code = recipe.mode ?? 'mount';
  return {
    job: recipe.job,
    recipe,
    image: { kind: 'given', reference: mirrored(reference, mirrors), digest },
    code,
    mount: mountOf(recipe, code, facts),
  };
}

interface Surroundings {
  readonly facts: Facts;
  readonly destination: Destination;
  readonly mirrors: Mirrors;
}

function planBuilt(
  recipe: Recipe,
  image: BuiltImage,
  { facts, destination, mirrors }: Surroundings,
): JobPlan {
  const { job, environment } = recipe;
  if (environment === undefined) throw new Error(`the recipe of ${job.name} has no environment`);
  const bases = recipe.bases.map(({ reference }) => reference);
  const plan = planEnvironment({ image, environment, bases, facts, mirrors });
  const code = codeMode(recipe, destination);
  const planned = { job, recipe, code };
  if (code !== 'layer')
    return {
      ...planned,
      image: { kind: 'environment', environment: plan },
      mount: mountOf(recipe, code, facts),
    };
  return { ...planned, image: withCode(recipe, image, plan, { facts, destination, mirrors }) };
}

/** Images of the local engine get their code at the start, so that an edit builds nothing. */
function codeMode({ mode, code }: Recipe, destination: Destination): CodeMode {
  if (mode !== undefined) return mode;
  if (code !== undefined && code.after.length > 0) return 'layer';
  return destination.kind === 'registry' ? 'layer' : 'mount';
}

function withCode(
  recipe: Recipe,
  image: BuiltImage,
  environment: EnvironmentPlan,
  { facts, destination }: Surroundings,
): ImagePlan {
  const { job, code } = recipe;
  if (code === undefined || recipe.environment === undefined)
    throw new Error(`the recipe of ${job.name} has no code`);
  const layer = layerOf(code, facts);
  // A layer made here is pushed: an engine takes images from a builder only.
  if (code.after.length === 0 && destination.kind === 'registry') return planLayer(job, environment, layer);
  const { layout, access } = recipe.environment;
  return planBuild({ job, image, environment, layer, after: code.after, layout, access });
}

function mountOf({ code }: Recipe, mode: CodeMode, facts: Facts): CodeLayer | undefined {
  return mode === 'mount' && code !== undefined ? layerOf(code, facts) : undefined;
}

function layerOf({ files, folder }: NonNullable<Recipe['code']>, facts: Facts): CodeLayer {
  return { files, entries: entriesOf(files, facts), folder };
}
