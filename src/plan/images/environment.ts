import { BUILDKIT_IMAGE } from '../../data/buildkit.ts';
import { PYTORCH_INDEX } from '../../data/torch.ts';
import type { BuiltImage } from '../../jobspec/job/job.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import { ANNOTATION, type Digest, type Reference, type Repository } from '../../oci/types.ts';
import { accessInput } from '../../recipe/packages/access.ts';
import { platformOf } from '../../recipe/platform.ts';
import type { BaseUse, Recipe } from '../../recipe/recipe.ts';
import type { Step } from '../../recipe/step.ts';
import { baseInput, digestIn } from '../bases.ts';
import { fileInputs, GENERATOR, idInputs, idOfInputs, OWN_GENERATOR, shortId } from '../id-inputs.ts';
import { carry } from '../inputs-annotation.ts';
import { mirrored, mirroredUrl } from '../mirrors.ts';
import type { BuildPlan, EnvironmentPlan, Facts, Fetches, IdInputs } from '../plan.ts';
import { entriesOf, filesOf } from '../scanned-files.ts';
import { hasOwnStage, renderEnvironment, sourceFolder } from './environment-text.ts';

/** 2026-01-01: later than files in packages, so that few of them are touched. `version: 1` of the spec pins it. */
const EPOCH = 1_767_225_600;

/** The options of the exporter that decide bytes; another word here is another image. */
const EXPORTER = 'oci-mediatypes rewrite-timestamp no-attestations';

type Environment = NonNullable<Recipe['environment']>;

interface EnvironmentOptions {
  readonly image: BuiltImage;
  readonly environment: Environment;
  readonly bases: readonly BaseUse[];
  readonly facts: Facts;
  readonly mirrors: Mirrors;
}

/** The same instructions with images by their own names, which the id is made of, and as they are read here. */
export function planEnvironment(options: EnvironmentOptions): EnvironmentPlan {
  const { environment, bases, facts } = options;
  const resolved =
    environment.own?.asks === undefined && bases.every((base) => digestIn(facts.bases, base) !== undefined);
  const named = (base: BaseUse): Reference => pinned(base, facts);
  const read = (base: BaseUse): Reference => mirrored(pinned(base, facts), options.mirrors);

  const inputs = environmentInputs(options, renderEnvironment(named, options));
  const carried = carry(inputs, baseDigests(options));
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
      ...buildPlan(options, renderEnvironment(read, options), bases.map(read)),
      annotations: new Map([[ANNOTATION.inputs, carried]]),
    },
    fetches: fetchesOf(options, read),
    workdir: environment.workdir,
  };
}

/** Of an index the builder takes what it likes. */
function fetchesOf({ environment, bases }: EnvironmentOptions, read: (base: BaseUse) => Reference): Fetches {
  const images = (environment.own?.begun ?? bases).filter(({ platform }) => platform !== 'index').map(read);
  return {
    images: [...new Map(images.map((image) => [printReference(image), image])).values()],
    packages: environment.steps.reduce((sum, { downloads = 0 }) => sum + downloads, 0),
  };
}

/** Bases by their digests, so that a move can be told from where to where. */
function baseDigests({ image, bases, facts }: EnvironmentOptions): Readonly<Record<string, Digest>> {
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

function environmentInputs(options: EnvironmentOptions, dockerfile: string): IdInputs {
  const { image, environment, facts } = options;
  const { own, steps, files } = environment;
  return idInputs({
    generator: own === undefined ? GENERATOR : OWN_GENERATOR,
    dockerfile,
    ...baseDigests(options),
    ...Object.fromEntries(steps.map((step) => [`step ${step.title}`, stepInput(step)])),
    ...fileInputs('file', filesOf(files, facts)),
    ...(own === undefined
      ? {}
      : { ...fileInputs('context', entriesOf(own.context, facts)), arguments: own.args, target: own.target }),
    secrets: secretNames(options),
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

/** Names alone; a user's own Dockerfile mounts what it likes. */
function secretNames({ image, environment }: EnvironmentOptions): readonly string[] {
  return usedSecrets(image, environment.steps, environment.own !== undefined)
    .map(({ name }) => name)
    .sort();
}

export function usedSecrets(image: BuiltImage, steps: readonly Step[], all: boolean): BuiltImage['secrets'] {
  return image.secrets.filter(({ name }) => all || steps.some((step) => step.secrets.includes(name)));
}

function buildPlan(
  options: EnvironmentOptions,
  dockerfile: string,
  reads: readonly Repository[],
): Omit<BuildPlan, 'annotations'> {
  const { image, environment, facts } = options;
  const { own, steps, files } = environment;
  const entries = filesOf(files, facts);
  const context =
    own === undefined ? [] : [{ files: own.context, entries: entriesOf(own.context, facts), folder: '' }];
  return {
    dockerfile,
    ownPath: own?.path,
    frontend: own?.frontend?.reference,
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
    channelMirrors: steps.some(({ kind }) => kind === 'conda') ? options.mirrors.mirrors : undefined,
    pytorchIndex: mirroredUrl(PYTORCH_INDEX, options.mirrors),
    buildkit: mirrored(parseReference(BUILDKIT_IMAGE), options.mirrors),
    reads: distinct(reads),
  };
}

function distinct(reads: readonly Repository[]): readonly Repository[] {
  return [
    ...new Map(reads.map(({ registry, path }) => [`${registry}/${path}`, { registry, path }])).values(),
  ];
}
