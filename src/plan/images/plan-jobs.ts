import type { BuiltImage, CodeMode, ReferencedImage } from '../../jobspec/job/job.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { digestIn } from '../bases.ts';
import { mirrored } from '../mirrors.ts';
import type {
  CodeLayer,
  Destination,
  EnvironmentPlan,
  Facts,
  ImagePlan,
  JobPlan,
  Plan,
  PlatformPlan,
} from '../plan.ts';
import { entriesOf } from '../scanned-files.ts';
import { planEnvironment } from './environment.ts';
import { planIndex } from './index-image.ts';
import { planBuild, planLayer } from './job-image.ts';

/** Ids, tags and Dockerfiles of every job, from what the recipes name and what was found out about it. */
export function planJobs(
  recipes: readonly Recipe[],
  facts: Facts,
  destination: Destination,
  mirrors: Mirrors,
): Plan {
  const names = [...new Set(recipes.map(({ job }) => job.name))];
  const jobs = names.map((name) => {
    const own = recipes.filter(({ job }) => job.name === name);
    return planJob(own, { facts, destination, mirrors });
  });
  return { destination, jobs };
}

/** From the recipes of one job. */
function planJob(recipes: readonly Recipe[], context: PlanContext): JobPlan {
  const plans = recipes.map((recipe) => planRecipe(recipe, context));
  const [first] = plans;
  if (first === undefined) throw new Error('a job has a recipe');
  if (plans.length === 1) return first;
  const platforms = plans.map(({ recipe, image }) => platformPlan(recipe, image));
  return { ...first, image: planIndex(first.job.name, platforms) };
}

function platformPlan({ platform, facts }: Recipe, image: ImagePlan): PlatformPlan {
  if (image.kind === 'given' || image.kind === 'index') throw new Error('an index is made of built images');
  return { platform, image, facts };
}

function planRecipe(recipe: Recipe, { facts, destination, mirrors }: PlanContext): JobPlan {
  const { image } = recipe.job;
  return image.kind === 'given'
    ? planGiven(recipe, image, facts, mirrors)
    : planBuilt(recipe, image, { facts, destination, mirrors });
}

function planGiven(recipe: Recipe, { reference }: ReferencedImage, facts: Facts, mirrors: Mirrors): JobPlan {
  const [base] = recipe.bases;
  const digest = (base && digestIn(facts.bases, base)) ?? reference.digest;
  const code = recipe.mode ?? 'mount';
  return {
    job: recipe.job,
    recipe,
    image: { kind: 'given', reference: mirrored(reference, mirrors), digest },
    code,
    mount: mountOf(recipe, code, facts),
  };
}

interface PlanContext {
  readonly facts: Facts;
  readonly destination: Destination;
  readonly mirrors: Mirrors;
}

function planBuilt(recipe: Recipe, image: BuiltImage, { facts, destination, mirrors }: PlanContext): JobPlan {
  const { job, environment } = recipe;
  if (environment === undefined) throw new Error(`the recipe of ${job.name} has no environment`);
  const plan = planEnvironment({ image, environment, bases: recipe.bases, facts, mirrors });
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
  { facts, destination }: PlanContext,
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
