import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { printReference } from '../../oci/reference.ts';
import { ANNOTATION, type Reference } from '../../oci/types.ts';
import { accessInput } from '../../recipe/packages/access.ts';
import { platformOf } from '../../recipe/platform.ts';
import type { Access } from '../../recipe/private-places.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { shellWord } from '../../recipe/shell.ts';
import type { Step } from '../../recipe/step.ts';
import { type Instruction, ROOT, SHELL } from '../dockerfile/instruction.ts';
import { renderDockerfile, runInstruction } from '../dockerfile/render.ts';
import { CUT_ENCODER, ENCODER } from '../encoder.ts';
import { CUT_GENERATOR, fileList, GENERATOR, idInputs, idOfInputs, shortId } from '../id-inputs.ts';
import { carriedCode, carry } from '../inputs-annotation.ts';
import type { BuildPlan, CodeLayer, EnvironmentPlan, Identity, LayerPlan, StepsPlan } from '../plan.ts';
import { cutCode } from './code-layers.ts';
import { usedSecrets } from './environment.ts';

/** 1980-01-01: older than every file, so that each gets this time; zip files know none before it. */
export const JOB_EPOCH = 315_532_800;

/** The code as layers on the environment image, made without a builder. */
export function planLayer(job: Job, environment: EnvironmentPlan, layer: CodeLayer): LayerPlan {
  const layers = cutCode(layer);
  const isCut = layers.length > 1;
  const identity = identify(
    { job, environment, layer },
    {
      ...(isCut ? { generator: CUT_GENERATOR } : {}),
      way: 'layer',
      folder: layer.folder,
      code: fileList(layer.entries),
      encoder: isCut ? CUT_ENCODER : ENCODER,
    },
  );
  return { kind: 'layer', environment, ...identity, layer, layers, labels: new Map() };
}

interface PlanBuildOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly environment: EnvironmentPlan;
  readonly layer: CodeLayer;
  readonly after: readonly Step[];
  readonly layout: NonNullable<Recipe['environment']>['layout'];
  readonly access: Access | undefined;
}

/** The code and the steps that follow it, through a Dockerfile of their own. */
export function planBuild(building: PlanBuildOptions): StepsPlan {
  const { image, environment, layer, access } = building;
  const steps = [...building.after, openWorkdir(layer.folder)];
  const render = (from: string): string => renderDockerfile(instructions(building, steps, from));
  const identity = identify(building, {
    way: 'build',
    // What it stands on is in the id by the environment's own.
    dockerfile: render('jobimg/environment'),
    code: fileList(layer.entries),
    secrets: usedSecrets(image, steps, false)
      .map(({ name }) => name)
      .sort(),
    access: accessInput(access),
    epoch: JOB_EPOCH,
    compression: image.compression,
  });
  const build = (from: Reference): BuildPlan => ({
    dockerfile: render(printReference(from)),
    steps,
    context: layer.entries.length === 0 ? [] : [{ files: layer.files, entries: layer.entries, folder: CODE }],
    args: new Map(),
    secrets: usedSecrets(image, steps, false),
    access,
    platform: platformOf(image),
    runs: true,
    compression: image.compression,
    epoch: JOB_EPOCH,
    annotations: new Map([
      ...(from.digest === undefined ? [] : [[ANNOTATION.environment, from.digest] as const]),
      [ANNOTATION.inputs, identity.carried],
    ]),
    buildkit: environment.build.buildkit,
    reads: [{ registry: from.registry, path: from.path }],
  });
  return { kind: 'build', environment, ...identity, build };
}

/** The folder of the context that holds the code, apart from everything else in it. */
const CODE = 'code';

function instructions(
  { image, layer, layout, access }: PlanBuildOptions,
  steps: readonly Step[],
  from: string,
): readonly Instruction[] {
  const code: Instruction = { kind: 'copy', from: `${CODE}/`, to: `${layer.folder}/` };
  return [
    { kind: 'from', image: from },
    { kind: 'epoch' },
    ...(layout.user === undefined ? [] : [ROOT]),
    ...(layout.ownShell ? [SHELL] : []),
    ...(layer.entries.length === 0 ? [] : [code]),
    ...steps.map((step) => runInstruction(step, { secrets: image.secrets, access, source: CODE })),
    ...(layout.user === undefined ? [] : [{ kind: 'user', user: layout.user } as const]),
  ];
}

/** COPY makes the folder 0755, and its own `--chmod` does not reach it. */
function openWorkdir(folder: string): Step {
  const path = shellWord(folder);
  const run = `mkdir -p ${path}\nchmod 0777 ${path}`;
  return {
    title: 'work directory',
    kind: 'shell',
    offline: true,
    run,
    secrets: [],
    env: new Map(),
    files: [],
  };
}

function identify(
  { job, environment, layer }: Pick<PlanBuildOptions, 'job' | 'environment' | 'layer'>,
  values: Readonly<Record<string, unknown>>,
): Identity {
  const inputs = idInputs({ generator: GENERATOR, environment: environment.id, ...values });
  const { code: _, ...others } = inputs;
  const known = { inputs, carried: carry(others, carriedCode(layer.entries)) };
  if (environment.id === undefined) return { id: undefined, tag: undefined, ...known };
  const id = idOfInputs(inputs);
  return { id, tag: `${job.name}-${shortId(id)}`, ...known };
}
