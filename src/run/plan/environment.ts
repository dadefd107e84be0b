import { posix } from 'node:path';
import { Findings } from '../../findings.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { paramsJson } from '../../jobspec/params/params.ts';
import { renderEnvironment } from '../../jobspec/template/environment.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { cacheVariables } from '../kept-folders.ts';
import type { RunContext } from './context.ts';

/** Each param as its text, as templates and records have it. */
export function paramTexts({ params }: Job): ReadonlyMap<string, string> {
  return new Map([...params].map(([name, { text }]) => [name, text]));
}

/** Every name that may stand in a placeholder; `env.NAME` is the run's own variable, or the caller's. */
export function templateValues(
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

/** The variables of the spec; all that must come from the caller and do not are reported at once. */
export function runEnv(
  job: Job,
  values: ReadonlyMap<string, string>,
  { callerEnv }: RunContext,
): ReadonlyMap<string, string> {
  const missing = [...job.env].filter(([name, value]) => value === undefined && !callerEnv.has(name));
  const findings = new Findings();
  for (const [name] of missing) refuseMissing(name, job, findings);
  findings.throwIfErrors();
  const given = [...job.env.keys()].flatMap((name) => {
    const value = callerEnv.get(name);
    return value === undefined ? [] : [[`env.${name}`, value] as const];
  });
  return renderEnvironment(job.env, new Map([...values, ...given]));
}

function refuseMissing(name: string, job: Job, findings: Findings): void {
  const message = `the variable "${name}" of the job ${job.name} must come from the caller, and is not set`;
  findings.error('missing-variable', message, {
    hint: `set it in the environment of the step or shell, or give it a value: env: { ${name}: … }`,
    at: job.origins.get(`env.${name}`),
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
export function environment({
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
    ...meeting(job),
  ]);
  const own = new Map([
    ['JOBIMG_JOB', job.name],
    ['JOBIMG_IMAGE', image.reference],
    ['JOBIMG_PARAMS', paramsJson(job.params)],
    ['JOBIMG_GPU_COUNT', gpuCount(job)],
    ...ofNodes(job),
  ]);
  const from = job.outputs.from ?? workdir;
  if (from !== undefined)
    own.set('JOBIMG_OUTPUTS', posix.join(from, outputs[0] ?? 'outputs').replace(/\/$/, ''));
  if (context.gitSha !== undefined) own.set('JOBIMG_GIT_SHA', context.gitSha);
  return new Map([...defaults, ...cacheVariables(job.caches), ...runEnv(job, values, context), ...own]);
}

/** As torchrun has it. */
const MASTER_PORT = '29500';

function meeting({ nodes }: Job): readonly (readonly [string, string])[] {
  return nodes === undefined ? [] : [['MASTER_PORT', MASTER_PORT]];
}

/** One process on each node is taken for the world: what starts several there, as torchrun does, sets its own. */
function ofNodes({ nodes }: Job): readonly (readonly [string, string])[] {
  if (nodes === undefined) return [];
  const count = String(nodes.count);
  const all = [['JOBIMG_NODES', count] as const, ['WORLD_SIZE', count] as const];
  // Where the others are, and which of them it is, the backend knows.
  return nodes.count > 1 ? all : [...all, ['MASTER_ADDR', 'localhost'], ['NODE_RANK', '0']];
}

/** What another attempt of the same run has otherwise; not in its hash. */
export function perAttempt(
  id: string,
  job: Job,
  { attempt, startedAt }: RunContext,
): ReadonlyMap<string, string> {
  return new Map([
    ['JOBIMG_RUN_ID', id],
    ['JOBIMG_ATTEMPT', String(attempt)],
    ['JOBIMG_RESUME', '0'],
    ['JOBIMG_DEADLINE', String(startedAt + job.timeout)],
  ]);
}
