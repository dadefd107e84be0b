import { posix } from 'node:path';
import { type Finding, UserError } from '../errors.ts';
import { idOf } from '../oci/canonical.ts';
import type { Digest, Reference } from '../oci/types.ts';
import { HOME } from '../recipe/user-step.ts';
import type { EnsuredImage } from '../result.ts';
import type { RunCommand, RunLeg, RunPlan } from '../run/run.ts';
import { renderEnvironment } from '../spec/environment.ts';
import type { Command, Job } from '../spec/job.ts';
import { paramsJson } from '../spec/params.ts';
import { renderPath, renderTemplate } from '../spec/template.ts';
import { partsOf } from './index-image.ts';
import { fileList } from './inputs.ts';
import type { JobPlan } from './plan.ts';
import { type GitHubRun, runName } from './run-id.ts';

/** What of a run is known only when it is started. */
export interface RunContext {
  readonly github?: GitHubRun | undefined;
  /** `GITHUB_REPOSITORY`, for a label. */
  readonly repository?: string | undefined;
  readonly gitSha?: string | undefined;
  /** Random hex digits, at least 12. */
  readonly random: string;
  /** Of this run, from 1. */
  readonly attempt: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** `key=value` that replaced parts of the spec for this run. */
  readonly overrides?: ReadonlyMap<string, string> | undefined;
  /** For `env: { NAME: null }`. */
  readonly callerEnv: ReadonlyMap<string, string>;
}

/** Linux takes no longer single argument, and no longer variable. */
const MAX_TEXT = 128 * 1024 - 1;

/** One run of a job, or of one combination of its matrix; `copy`: how many before it have the same params. */
export function planRun(
  plan: JobPlan,
  image: EnsuredImage,
  context: RunContext,
  of?: { readonly leg: RunLeg; readonly copy: number },
): RunPlan {
  const { job } = plan;
  const copy = of?.copy === 0 ? undefined : of?.copy;
  const leg = {
    params: paramTexts(job),
    overrides: context.overrides,
    ...(copy === undefined ? {} : { copy }),
  };
  const { id, family } = runName({ ...context, job: job.name, leg });
  const values = templateValues(job, image, context, id);
  const outputs = job.outputs.paths.map((path) => renderPath(path, values));
  const workdir = workdirOf(plan);
  const fixed = {
    job: job.name,
    image: startedImage(image),
    command: renderCommand(job.command, values),
    secrets: job.secrets.map(({ name }) => name).sort(),
    resources: job.resources,
    workdir,
    home: plan.recipe.environment?.base === undefined ? '/tmp' : HOME,
    timeout: job.timeout,
    stopGrace: job.stopGrace,
    outputs,
    ...(job.outputs.from === undefined ? {} : { outputsFrom: job.outputs.from }),
    metrics: job.metrics === undefined ? DEFAULT_METRICS : [job.metrics],
    backend: job.backend,
  };
  const env = environment({ job, image, workdir, outputs, home: fixed.home, context, values });
  const mounted = plan.mount && { folder: plan.mount.folder, files: fileList(plan.mount.entries) };
  const hash = idOf({ ...fixed, ...placeless(job), env, mount: mounted });
  return {
    id,
    family,
    hash,
    ...fixed,
    inputs: job.inputs,
    mounts: job.mounts,
    ...(of === undefined ? {} : { leg: of.leg }),
    attempt: context.attempt,
    env: new Map([...env, ...perAttempt(id, job, context)]),
    mount: plan.mount,
    platforms: platformsOf(plan),
    labels: labelsOf({ id, family, hash, job, context, leg: of?.leg }),
  };
}

/** Inputs and mounts without their places in the spec: a run is the same wherever its lines stand. */
function placeless({ inputs, mounts }: Job): Pick<RunPlan, 'inputs' | 'mounts'> {
  return {
    ...(inputs === undefined ? {} : { inputs: inputs.map(({ location, ...input }) => input) }),
    ...(mounts === undefined ? {} : { mounts: mounts.map(({ location, ...mount }) => mount) }),
  };
}

const DEFAULT_METRICS = [{ path: 'outputs/metrics.json' }, { path: 'metrics.json' }] as const;

/** A finding for every secret that the job needs and the caller does not have. */
export function missingSecrets(job: Job, caller: ReadonlyMap<string, string>): readonly Finding[] {
  const missing = job.secrets.filter(({ name, required }) => required && !caller.get(name));
  return missing.map(({ name, description }) => ({
    level: 'error',
    code: 'missing-secret',
    message: `the secret "${name}"${description === undefined ? '' : ` (${description})`} of the job ${job.name} has no value`,
    hint: `set it in the environment: on GitHub, env: { ${name}: \${{ secrets.${name} }} } in the step`,
    location: job.origins.get(`secrets.${name}`) ?? job.origins.get('secrets'),
  }));
}

function startedImage({ image, engineId }: EnsuredImage): Reference | { readonly engineId: Digest } {
  if (image !== undefined) return { registry: image.registry, path: image.path, digest: image.digest };
  if (engineId !== undefined) return { engineId };
  throw new Error('an image is in a registry or in the engine');
}

function platformsOf({ image }: JobPlan): RunPlan['platforms'] {
  return image.kind === 'given'
    ? undefined
    : partsOf(image).map(({ environment }) => environment.build.platform);
}

function workdirOf({ recipe, mount }: JobPlan): string | undefined {
  return mount?.folder ?? recipe.environment?.workdir;
}

function paramTexts({ params }: Job): ReadonlyMap<string, string> {
  return new Map([...params].map(([name, { text }]) => [name, text]));
}

/** Every name that may stand in a placeholder; `env.NAME` is the run's own variable, or the caller's. */
function templateValues(
  job: Job,
  image: EnsuredImage,
  context: RunContext,
  id: string,
): ReadonlyMap<string, string> {
  const values = new Map([
    ...paramTexts(job),
    ['run.id', id] as const,
    ['run.attempt', String(context.attempt)] as const,
    ['job.name', job.name] as const,
    ['image.digest', image.image?.digest ?? image.engineId ?? ''] as const,
    ['gpu.count', gpuCount(job)] as const,
  ]);
  for (const [name, value] of runEnv(job, values, context)) values.set(`env.${name}`, value);
  return values;
}

function gpuCount({ resources: { gpu } }: Job): string {
  return String(gpu?.count.min ?? gpu?.count.max ?? 0);
}

/** The variables of the spec; all that must come from the caller and do not are told at once. */
function runEnv(
  job: Job,
  values: ReadonlyMap<string, string>,
  { callerEnv }: RunContext,
): ReadonlyMap<string, string> {
  const missing = [...job.env].filter(([name, value]) => value === undefined && !callerEnv.has(name));
  if (missing.length > 0) throw UserError.of(missing.map(([name]) => missingVariable(name, job)));
  const given = [...job.env.keys()].flatMap((name) => {
    const value = callerEnv.get(name);
    return value === undefined ? [] : [[`env.${name}`, value] as const];
  });
  return renderEnvironment(job.env, new Map([...values, ...given]));
}

function missingVariable(name: string, job: Job): Finding {
  return {
    level: 'error',
    code: 'missing-variable',
    message: `the variable "${name}" of the job ${job.name} must come from the caller, and is not set`,
    hint: `set it in the environment of the step or shell, or give it a value: env: { ${name}: … }`,
    location: job.origins.get(`env.${name}`),
  };
}

function renderCommand(command: Command, values: ReadonlyMap<string, string>): RunCommand {
  if (command.kind === 'arguments') {
    const words = command.words.map((word) => renderTemplate(word, values));
    for (const word of words) checkLength(word);
    return { kind: 'arguments', words };
  }
  const text = command.lines.map((line) => renderTemplate(line, values)).join('\n');
  checkLength(text);
  return { kind: 'shell', shell: command.shell, text };
}

function checkLength(text: string): void {
  if (Buffer.byteLength(text) <= MAX_TEXT) return;
  throw new UserError('the command is longer than 128 KiB, which Linux does not start', {
    hint: 'put it into a script of the repository',
  });
}

interface Environment {
  readonly job: Job;
  readonly image: EnsuredImage;
  readonly workdir: string | undefined;
  readonly outputs: readonly string[];
  readonly home: string;
  readonly context: RunContext;
  readonly values: ReadonlyMap<string, string>;
}

/** What the spec says wins, but for what tells the run where it is. */
function environment({
  job,
  image,
  workdir,
  outputs,
  home,
  context,
  values,
}: Environment): ReadonlyMap<string, string> {
  const defaults = new Map([
    ['HOME', home],
    ['USER', 'job'],
    ['LOGNAME', 'job'],
    ['XDG_CACHE_HOME', `${home}/.cache`],
    // A log that is followed live must not wait in a buffer.
    ['PYTHONUNBUFFERED', '1'],
  ]);
  const own = new Map([
    ['JOBIMG_JOB', job.name],
    ['JOBIMG_IMAGE', image.reference],
    ['JOBIMG_PARAMS', paramsJson(job.params)],
    ['JOBIMG_GPU_COUNT', gpuCount(job)],
  ]);
  const from = job.outputs.from ?? workdir;
  if (from !== undefined)
    own.set('JOBIMG_OUTPUTS', posix.join(from, outputs[0] ?? 'outputs').replace(/\/$/, ''));
  if (context.gitSha !== undefined) own.set('JOBIMG_GIT_SHA', context.gitSha);
  return new Map([...defaults, ...runEnv(job, values, context), ...own]);
}

/** What another attempt of the same run has otherwise; not in its hash. */
function perAttempt(id: string, job: Job, { attempt, startedAt }: RunContext): ReadonlyMap<string, string> {
  return new Map([
    ['JOBIMG_RUN_ID', id],
    ['JOBIMG_ATTEMPT', String(attempt)],
    ['JOBIMG_RESUME', '0'],
    ['JOBIMG_DEADLINE', String(startedAt + job.timeout)],
  ]);
}

/** The same run that starts later than was planned: of many, the last may wait for hours. */
export function startedLater(run: RunPlan, seconds: number): RunPlan {
  const deadline = String(seconds + run.timeout);
  return {
    ...run,
    env: new Map([...run.env, ['JOBIMG_DEADLINE', deadline]]),
    labels: new Map([...run.labels, ['jobimg.deadline', deadline]]),
  };
}

interface Labelling {
  readonly id: string;
  readonly family: string;
  readonly hash: Digest;
  readonly job: Job;
  readonly context: RunContext;
  readonly leg: RunLeg | undefined;
}

/** By these a run is found again, and a leftover past its deadline. */
function labelsOf({ id, family, hash, job, context, leg }: Labelling): ReadonlyMap<string, string> {
  const labels = new Map([
    ['jobimg.run', id],
    ['jobimg.family', family],
    ['jobimg.plan', hash],
    ['jobimg.deadline', String(context.startedAt + job.timeout)],
  ]);
  if (leg !== undefined) labels.set('jobimg.leg', leg.label);
  if (context.repository !== undefined) labels.set('jobimg.repo', context.repository);
  if (context.gitSha !== undefined) labels.set('jobimg.sha', context.gitSha);
  return labels;
}
