import { PYTORCH_INDEX } from '../data/torch.ts';
import { UserError } from '../errors.ts';
import { printReference } from '../oci/reference.ts';
import { ANNOTATION, type Digest, type Reference, type Repository } from '../oci/types.ts';
import { accessInput } from '../recipe/access.ts';
import { platformOf } from '../recipe/platform.ts';
import type { BaseUse, FileSet, OwnRecipe, Recipe, Step } from '../recipe/recipe.ts';
import type { BuiltImage } from '../spec/job.ts';
import { baseInput, digestIn } from './bases.ts';
import { carry } from './carried.ts';
import { renderDockerfile, runInstruction } from './dockerfile.ts';
import { fileInputs, GENERATOR, idInputs, idOfInputs, shortId } from './inputs.ts';
import type { Instruction } from './instruction.ts';
import { mirrored, mirroredUrl } from './mirrors.ts';
import type { BuildPlan, EnvironmentPlan, Facts, FileEntry, IdInputs, Mirrors } from './plan.ts';

/** 2026-01-01: later than files in packages, so that few of them are touched. `version: 1` of the spec pins it. */
const EPOCH = 1_767_225_600;

/** The options of the exporter that decide bytes; another word here is another image. */
const EXPORTER = 'oci-mediatypes rewrite-timestamp no-attestations';

/** Where the files of steps stand in the context; an own Dockerfile has the context's root for itself. */
const SOURCE = 'src';
const SOURCE_BESIDE_OWN = '.jobimg/src';

type Environment = NonNullable<Recipe['environment']>;

interface Asking {
  readonly image: BuiltImage;
  readonly environment: Environment;
  readonly bases: readonly BaseUse[];
  readonly facts: Facts;
  readonly mirrors: Mirrors;
}

/** The same instructions with images by their own names, which the id is made of, and as they are read here. */
export function planEnvironment(asking: Asking): EnvironmentPlan {
  const { environment, bases, facts } = asking;
  const resolved = bases.every((base) => digestIn(facts.bases, base) !== undefined);
  const named = (base: BaseUse): Reference => pinned(base, facts);
  const read = (base: BaseUse): Reference => mirrored(pinned(base, facts), asking.mirrors);

  const inputs = environmentInputs(asking, renderWith(named, asking));
  const carried = carry(inputs, baseDigests(asking));
  const id = resolved ? idOfInputs(inputs) : undefined;
  return {
    id,
    tag: id === undefined ? undefined : `env-${shortId(id)}`,
    base: environment.base && {
      name: printReference(environment.base.reference),
      digest: digestIn(facts.bases, environment.base),
      from: read(environment.base),
    },
    inputs,
    carried,
    build: {
      ...buildPlan(asking, renderWith(read, asking), bases.map(read)),
      annotations: new Map([[ANNOTATION.inputs, carried]]),
    },
    workdir: environment.workdir,
  };
}

/** Bases by their digests, so that a move can be told from where to where. */
function baseDigests({ image, bases, facts }: Asking): Readonly<Record<string, Digest>> {
  const known = bases.flatMap((base) => {
    const digest = digestIn(facts.bases, base);
    return digest === undefined ? [] : [[baseInput(base, platformOf(image)), digest] as const];
  });
  return Object.fromEntries(known);
}

/** By digest alone, for a tag beside it says nothing; as it is named while the digest is not known. */
function pinned(base: BaseUse, facts: Facts): Reference {
  const { registry, path } = base.reference;
  const digest = digestIn(facts.bases, base);
  return digest === undefined ? base.reference : { registry, path, digest };
}

type Naming = (base: BaseUse) => Reference;

function renderWith(name: Naming, asking: Asking): string {
  const { own, base, layout } = asking.environment;
  if (own !== undefined) return renderOwn(own, name, asking);
  if (base === undefined) throw new Error('an environment has a base or a Dockerfile');
  const labels = new Map([...layout.labels, ...baseLabels(base, asking.facts)]);
  return renderDockerfile(instructions(printReference(name(base)), asking, labels));
}

function renderOwn(own: OwnRecipe, name: Naming, asking: Asking): string {
  const text = replaceImages(own, name);
  const { labels } = asking.environment.layout;
  return hasOwnStage(asking.environment)
    ? renderDockerfile(instructions(own.target, asking, labels), text)
    : text;
}

/** Whether anything stands on top of an own Dockerfile. */
function hasOwnStage({ layout, steps }: Environment): boolean {
  const { env, path, workdir, user, labels } = layout;
  const isSaid = workdir !== undefined || user !== undefined;
  return isSaid || steps.length + env.size + path.length + labels.size > 0;
}

function replaceImages({ text, images }: OwnRecipe, name: Naming): string {
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
  asking: Asking,
  labels: ReadonlyMap<string, string>,
): readonly Instruction[] {
  const { steps } = asking.environment;
  const aside = steps.filter((step) => step.aside !== undefined);
  const first = steps.findIndex((step) => step.aside !== undefined);
  if (first < 0) return [...begin(image), ...setUp(asking), ...runs(steps, asking), ...end(asking, labels)];
  const folders = [...new Set(aside.flatMap((step) => step.aside?.folders ?? []))];
  return [
    ...begin(image, BEFORE),
    ...setUp(asking),
    ...runs(steps.slice(0, first), asking),
    ...begin(BEFORE, ASIDE),
    ...runs(aside, asking),
    ...begin(BEFORE),
    ...folders.map((folder) => ({ kind: 'copy-stage', stage: ASIDE, folder }) as const),
    ...runs(steps.slice(first + aside.length), asking),
    ...end(asking, labels),
  ];
}

function begin(image: string, as?: string): readonly Instruction[] {
  return [{ kind: 'from', image, as }, { kind: 'epoch' }];
}

function setUp({ environment: { layout, steps } }: Asking): readonly Instruction[] {
  return [
    ...(layout.user === undefined || steps.length === 0 ? [] : [ROOT]),
    ...(layout.ownShell && steps.length > 0 ? [SHELL] : []),
    ...variables(layout),
    ...(layout.workdir === undefined ? [] : [{ kind: 'workdir', path: layout.workdir } as const]),
  ];
}

function runs(steps: readonly Step[], { image, environment }: Asking): readonly Instruction[] {
  const { access } = environment;
  const options = { secrets: image.secrets, access, source: sourceFolder(environment) };
  return steps.map((step) => runInstruction(step, options));
}

function end(
  { environment: { layout } }: Asking,
  labels: ReadonlyMap<string, string>,
): readonly Instruction[] {
  return [
    ...sorted(labels).map(([name, value]) => ({ kind: 'label', name, value }) as const),
    ...(layout.user === undefined ? [] : [{ kind: 'user', user: layout.user } as const]),
  ];
}

export const ROOT: Instruction = { kind: 'user', user: '0' };
export const SHELL: Instruction = { kind: 'default-shell' };

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

function sourceFolder({ own }: Environment): string {
  return own === undefined ? SOURCE : SOURCE_BESIDE_OWN;
}

function environmentInputs(asking: Asking, dockerfile: string): IdInputs {
  const { image, environment, facts } = asking;
  const { own, steps, files } = environment;
  return idInputs({
    generator: GENERATOR,
    dockerfile,
    ...baseDigests(asking),
    ...Object.fromEntries(steps.map((step) => [`step ${step.title}`, stepInput(step)])),
    ...fileInputs('file', filesOf(files, facts)),
    ...(own === undefined
      ? {}
      : { ...fileInputs('context', entriesOf(own.context, facts)), arguments: own.args, target: own.target }),
    secrets: secretNames(asking),
    access: accessInput(environment.access),
    platforms: image.platforms,
    epoch: EPOCH,
    compression: image.compression,
    exporter: EXPORTER,
  });
}

function stepInput({ run, env, secrets, files }: Step): unknown {
  return { run, env, secrets, files };
}

/** Names alone; an own Dockerfile mounts what it likes. */
function secretNames({ image, environment }: Asking): readonly string[] {
  return usedSecrets(image, environment.steps, environment.own !== undefined)
    .map(({ name }) => name)
    .sort();
}

export function usedSecrets(image: BuiltImage, steps: readonly Step[], all: boolean): BuiltImage['secrets'] {
  return image.secrets.filter(({ name }) => all || steps.some((step) => step.secrets.includes(name)));
}

export function entriesOf(set: FileSet, { files }: Facts): readonly FileEntry[] {
  const entries = files.get(set);
  if (entries === undefined) throw new Error('a file set of the recipe was not looked at');
  return entries;
}

/** Files that are mounted for a step: a link would lead to nowhere there. */
function filesOf(set: FileSet, facts: Facts): readonly FileEntry[] {
  const entries = entriesOf(set, facts);
  const links = entries.filter(({ kind }) => kind === 'link');
  if (links.length === 0) return entries;
  throw UserError.of(
    links.map(({ path, content }) => ({
      level: 'error',
      code: 'linked-file',
      message: `"${path}" is a symbolic link to "${content}", which is not there while packages are installed`,
      hint: 'name the file that it leads to: image: { requirements: … }',
      location: { file: path },
    })),
  );
}

function buildPlan(
  asking: Asking,
  dockerfile: string,
  reads: readonly Repository[],
): Omit<BuildPlan, 'annotations'> {
  const { image, environment, facts } = asking;
  const { own, steps, files } = environment;
  const entries = filesOf(files, facts);
  const context =
    own === undefined ? [] : [{ files: own.context, entries: entriesOf(own.context, facts), folder: '' }];
  return {
    dockerfile,
    ownPath: own?.path,
    steps,
    context: [
      ...context,
      ...(entries.length === 0 ? [] : [{ files, entries, folder: sourceFolder(environment) }]),
    ],
    // Steps of ours end in a stage of their own, which is the last.
    target: own === undefined || hasOwnStage(environment) ? undefined : own.target,
    args: own?.args ?? new Map(),
    secrets: usedSecrets(image, steps, own !== undefined),
    access: environment.access,
    platform: platformOf(image),
    runs: steps.length > 0 || own?.runs === true,
    compression: image.compression,
    epoch: EPOCH,
    channelMirrors: steps.some(({ kind }) => kind === 'conda') ? asking.mirrors.mirrors : undefined,
    pytorchIndex: mirroredUrl(PYTORCH_INDEX, asking.mirrors),
    reads: distinct(reads),
  };
}

function distinct(reads: readonly Repository[]): readonly Repository[] {
  return [
    ...new Map(reads.map(({ registry, path }) => [`${registry}/${path}`, { registry, path }])).values(),
  ];
}

function sorted(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
