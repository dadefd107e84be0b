import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { renderPath } from '../../jobspec/template/template.ts';
import { idOf } from '../../oci/canonical.ts';
import type { Digest, Reference } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { fileList } from '../../plan/id-inputs.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { cachesOf, checkCachePlaces, checkpointOf } from '../kept-folders.ts';
import { runName } from '../run-id.ts';
import type { RunLeg, RunPlan } from '../types/plan.ts';
import { checkVariables, secretProblem } from './argument-limit.ts';
import { renderCommand } from './command.ts';
import { containerOf } from './container.ts';
import type { RunContext } from './context.ts';
import { environment, paramTexts, perAttempt, templateValues } from './environment.ts';
import { shownRun } from './shown-run.ts';

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
    copy,
  };
  const { id, family } = runName({ ...context, job: job.name, leg });
  const values = templateValues(job, image, context, id);
  const outputs = job.outputs.paths.map((path) => renderPath(path, values));
  const { workdir, home, platforms, user } = containerOf(plan);
  checkCachePlaces(job, workdir);
  const fixed = {
    job: job.name,
    image: startedImage(image),
    command: renderCommand(job.command, values),
    secrets: job.secrets.map(({ name }) => name).sort(),
    resources: job.resources,
    nodes: job.nodes,
    workdir,
    home,
    timeout: job.timeout,
    stopGrace: job.stopGrace,
    outputs,
    ...outputsPlaces(job),
    metrics: job.metrics === undefined ? DEFAULT_METRICS : [job.metrics],
    backend: job.backend,
    ...cachesOf(job, context),
  };
  const env = environment({ job, image, workdir, outputs, home, context, values });
  checkVariables(env, job);
  const mounted = plan.mount && { folder: plan.mount.folder, files: fileList(plan.mount.entries) };
  const kept = job.checkpoint === undefined ? {} : { checkpoint: job.checkpoint };
  const hash = idOf({ ...fixed, ...kept, ...placeless(job), env, mount: mounted });
  return {
    id,
    family,
    hash,
    ...fixed,
    ...checkpointOf(job, family, context),
    ...patienceOf(job),
    ...preflightOf(job, image),
    shown: shownRun(job, image, context, id),
    inputs: job.inputs,
    mounts: job.mounts,
    leg: of?.leg,
    attempt: context.attempt,
    env: new Map([...env, ...perAttempt(id, job, context)]),
    mount: plan.mount,
    platforms,
    user,
    labels: labelsOf({ id, family, hash, job, context, leg: of?.leg }),
    ...madeFrom(plan, context),
  };
}

/** What a record says of how a run came to be; none of it makes another run. */
function madeFrom(plan: JobPlan, { gitSha }: RunContext): Pick<RunPlan, 'params' | 'commit' | 'base'> {
  const { base } = containerOf(plan);
  return {
    ...(plan.job.params.size === 0 ? {} : { params: paramTexts(plan.job) }),
    commit: gitSha,
    base,
  };
}

function outputsPlaces({ outputs: { from, to } }: Job): Pick<RunPlan, 'outputsFrom' | 'outputsTo'> {
  return {
    outputsFrom: from,
    outputsTo: to,
  };
}

/** No part of the hash: a run is the same whatever was checked before it. */
function preflightOf(
  { preflight }: Job,
  { measured }: EnsuredImage,
): Pick<RunPlan, 'preflight' | 'measured'> {
  return {
    ...(preflight === 'error' ? {} : { preflight }),
    measured,
  };
}

/** How long it may wait, and how often it may be tried: neither makes another run of it. */
function patienceOf({ queueTimeout, retry }: Job): Pick<RunPlan, 'queueTimeout' | 'retry'> {
  return {
    retry,
    queueTimeout,
  };
}

/** Inputs and mounts without their places in the spec: a run is the same wherever its lines stand. */
function placeless({ inputs, mounts }: Job): Pick<RunPlan, 'inputs' | 'mounts'> {
  return {
    inputs: inputs?.map(({ location, ...input }) => input),
    mounts: mounts?.map(({ location, ...mount }) => mount),
  };
}

const DEFAULT_METRICS = [{ path: 'outputs/metrics.json' }, { path: 'metrics.json' }] as const;

/** A finding for every secret of the job that no process can be given. */
export function unusableSecrets(job: Job, caller: ReadonlyMap<string, string>): readonly Finding[] {
  return job.secrets.flatMap(({ name }) => {
    const problem = secretProblem(name, caller.get(name) ?? '');
    const location = job.origins.get(`secrets.${name}`) ?? job.origins.get('secrets');
    return problem === undefined ? [] : [{ ...problem, location }];
  });
}

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

/** The same run that starts later than was planned: of many, the last may wait for hours. */
export function startedLater(run: RunPlan, seconds: number): RunPlan {
  const deadline = String(seconds + run.timeout);
  return {
    ...run,
    env: new Map([...run.env, ['JOBIMG_DEADLINE', deadline]]),
    labels: new Map([...run.labels, ['jobimg.deadline', deadline]]),
  };
}

interface LabelsOptions {
  readonly id: string;
  readonly family: string;
  readonly hash: Digest;
  readonly job: Job;
  readonly context: RunContext;
  readonly leg: RunLeg | undefined;
}

/** By these a run is found again, and a leftover past its deadline. */
function labelsOf({ id, family, hash, job, context, leg }: LabelsOptions): ReadonlyMap<string, string> {
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
