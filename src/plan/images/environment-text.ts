import type { BuiltImage } from '../../jobspec/job/job.ts';
import { printReference } from '../../oci/reference.ts';
import { ANNOTATION, type Reference } from '../../oci/types.ts';
import type { BaseUse, OwnRecipe, Recipe } from '../../recipe/recipe.ts';
import type { Step } from '../../recipe/step.ts';
import { digestIn } from '../bases.ts';
import { type Instruction, ROOT, SHELL } from '../dockerfile/instruction.ts';
import { renderDockerfile, runInstruction } from '../dockerfile/render.ts';
import type { Facts } from '../plan.ts';

/** Where the files of steps stand in the context; a user's own Dockerfile has the context's root for itself. */
const SOURCE = 'src';
const SOURCE_BESIDE_OWN = '.jobimg/src';

type Environment = NonNullable<Recipe['environment']>;

interface RenderContext {
  readonly image: BuiltImage;
  readonly environment: Environment;
  readonly facts: Facts;
}

export type ReferenceOf = (base: BaseUse) => Reference;

/** The text of the environment's Dockerfile, its images by the names they are given here. */
export function renderEnvironment(name: ReferenceOf, context: RenderContext): string {
  const { own, base, layout } = context.environment;
  if (own !== undefined) return renderOwn(own, name, context);
  if (base === undefined) throw new Error('an environment has a base or a Dockerfile');
  const labels = new Map([...layout.labels, ...baseLabels(base, context.facts)]);
  return renderDockerfile(instructions(printReference(name(base)), context, labels));
}

function renderOwn(own: OwnRecipe, name: ReferenceOf, context: RenderContext): string {
  const text = replaceImages(own, name);
  const { labels } = context.environment.layout;
  return hasOwnStage(context.environment)
    ? renderDockerfile(instructions(own.target, context, labels), text)
    : text;
}

/** Whether anything stands on top of a user's own Dockerfile. */
export function hasOwnStage({ layout, steps }: Environment): boolean {
  const { env, path, workdir, user, labels } = layout;
  const isSaid = workdir !== undefined || user !== undefined;
  return isSaid || steps.length + env.size + path.length + labels.size > 0;
}

function replaceImages({ text, images }: OwnRecipe, name: ReferenceOf): string {
  let replaced = '';
  let end = 0;
  for (const image of images) {
    replaced += text.slice(end, image.start) + printReference(name(image.base));
    end = image.end;
  }
  return replaced + text.slice(end);
}

const BEFORE = 'jobimg-base';
const ASIDE = 'jobimg-packages';

/** From `FROM` on, in the order that keeps most of it in the build cache. */
function instructions(
  image: string,
  context: RenderContext,
  labels: ReadonlyMap<string, string>,
): readonly Instruction[] {
  const { steps } = context.environment;
  const aside = steps.filter((step) => step.aside !== undefined);
  const first = steps.findIndex((step) => step.aside !== undefined);
  if (first < 0)
    return [...begin(image), ...setUp(context), ...runs(steps, context), ...end(context, labels)];
  const folders = [...new Set(aside.flatMap((step) => step.aside?.folders ?? []))];
  return [
    ...begin(image, BEFORE),
    ...setUp(context),
    ...runs(steps.slice(0, first), context),
    ...begin(BEFORE, ASIDE),
    ...runs(aside, context),
    ...begin(BEFORE),
    ...folders.map((folder) => ({ kind: 'copy-stage', stage: ASIDE, folder }) as const),
    ...runs(steps.slice(first + aside.length), context),
    ...end(context, labels),
  ];
}

function begin(image: string, as?: string): readonly Instruction[] {
  return [{ kind: 'from', image, as }, { kind: 'epoch' }];
}

function setUp({ environment: { layout, steps } }: RenderContext): readonly Instruction[] {
  return [
    ...(layout.user === undefined || steps.length === 0 ? [] : [ROOT]),
    ...(layout.ownShell && steps.length > 0 ? [SHELL] : []),
    ...variables(layout),
    ...(layout.workdir === undefined ? [] : [{ kind: 'workdir', path: layout.workdir } as const]),
  ];
}

function runs(steps: readonly Step[], { image, environment }: RenderContext): readonly Instruction[] {
  const { access } = environment;
  const options = { secrets: image.secrets, access, source: sourceFolder(environment) };
  return steps.map((step) => runInstruction(step, options));
}

function end(
  { environment: { layout } }: RenderContext,
  labels: ReadonlyMap<string, string>,
): readonly Instruction[] {
  return [
    ...sorted(labels).map(([name, value]) => ({ kind: 'label', name, value }) as const),
    ...(layout.user === undefined ? [] : [{ kind: 'user', user: layout.user } as const]),
  ];
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** The user's own PATH stands for the base's. */
function variables({ env, path, inherits = NO_NAMES }: Environment['layout']): readonly Instruction[] {
  const own = env.get('PATH');
  const folders = own === undefined || path.length === 0 ? own : [...path, own].join(':');
  const values = folders === undefined ? env : new Map([...env, ['PATH', folders]]);
  return [
    ...sorted(values)
      .filter(([name]) => !inherits.has(name))
      .map(([name, value]) => ({ kind: 'env', name, value }) as const),
    // In the order of their file: each may use the one before.
    ...[...values]
      .filter(([name]) => inherits.has(name))
      .map(([name, value]) => ({ kind: 'expanded-env', name, value }) as const),
    ...(own === undefined && path.length > 0 ? [{ kind: 'path', folders: path } as const] : []),
  ];
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
function baseLabels(base: BaseUse, facts: Facts): readonly (readonly [string, string])[] {
  const digest = digestIn(facts.bases, base);
  const name = [ANNOTATION.baseName, printReference(base.reference)] as const;
  return digest === undefined ? [name] : [name, [ANNOTATION.baseDigest, digest]];
}

/** The folder of a build context that the repository's files are in: with a user's own Dockerfile, one that is hardly theirs. */
export function sourceFolder({ own }: Environment): string {
  return own === undefined ? SOURCE : SOURCE_BESIDE_OWN;
}

function sorted(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
