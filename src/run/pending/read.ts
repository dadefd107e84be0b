import * as z from 'zod';
import { UserError } from '../../errors.ts';
import type { Job, Leg, Strategy } from '../../jobspec/job/job.ts';
import { cycleOf } from '../../jobspec/template/environment.ts';
import { suggestion } from '../../jobspec/values/suggest.ts';
import { LINUX_AMD64 } from '../../oci/platform.ts';
import { parseReference } from '../../oci/reference.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { JobPlan, Plan } from '../../plan/plan.ts';
import { PendingJob, ProblemJob } from './schema.ts';

/** Bytes that GitHub takes as the outputs of a job: https://docs.github.com/en/actions/reference/limits */
const MOST_BYTES = 1024 * 1024;

// biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
const FROM = 'give it the output `result` of the job that made the image: ${{ needs.image.outputs.result }}';
const NONE =
  'let the first job start none (`dispatch: "false"`); of code that is not trusted it hands nothing on';

export interface PendingChoice {
  /** undefined: all. */
  readonly job: string | undefined;
  /** The label of one combination of its matrix; undefined: all. */
  readonly leg: string | undefined;
}

/** Jobs that another job of the workflow has made the images for. */
export interface PendingJobs {
  readonly plan: Plan;
  readonly images: ReadonlyMap<string, EnsuredImage>;
}

/** The jobs that the output `result` of an earlier job of the workflow hands on, as far as they are to be run here. */
export function readPending(text: string, { job, leg }: PendingChoice): PendingJobs {
  const entries = chosen(entriesOf(text), job);
  const jobs = entries.map(readJob);
  const legs = leg === undefined ? jobs : jobs.map((one) => withLeg(one, leg));
  const images = new Map(legs.map(({ image, plan }) => [plan.job.name, image]));
  const [first] = legs;
  if (first?.image.image === undefined) throw wrong('it has no run that is to be started', NONE);
  const repository = { registry: first.image.image.registry, path: first.image.image.path };
  const destination = { kind: 'registry', repository, auto: false } as const;
  return { plan: { destination, jobs: legs.map(({ plan }) => plan) }, images };
}

const Result = z.object({ pending: z.array(z.looseObject({ name: z.string() })).optional() });
type Entry = z.infer<typeof Result>['pending'] extends (infer E)[] | undefined ? E : never;

function entriesOf(text: string): readonly Entry[] {
  if (text.trim() === '') throw wrong('it is empty', FROM);
  if (Buffer.byteLength(text) > MOST_BYTES) throw wrong('it is larger than 1 MiB', FROM);
  const { success, data } = Result.safeParse(jsonOf(text));
  if (!success) throw wrong('it is not the output `result`', FROM);
  if (data.pending === undefined || data.pending.length === 0)
    throw wrong('it has no run that is to be started', NONE);
  return data.pending;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('it is not JSON', FROM);
  }
}

function chosen(entries: readonly Entry[], job: string | undefined): readonly Entry[] {
  if (job === undefined) return entries;
  const found = entries.filter(({ name }) => name === job);
  if (found.length > 0) return found;
  const known = entries.map(({ name }) => name);
  throw wrong(`it has no job ${JSON.stringify(job)}`, suggestion(job, known));
}

interface ReadJob {
  readonly plan: JobPlan;
  readonly image: EnsuredImage;
}

function readJob(entry: Entry): ReadJob {
  const told = ProblemJob.safeParse(entry);
  if (told.success) throw needsCheckout(told.data);
  const read = PendingJob.safeParse(entry);
  if (!read.success) throw invalid(entry.name, read.error);
  const { data } = read;
  const cycle = cycleOf(envOf(data.env));
  if (cycle !== undefined) throw wrong(`the variable ${cycle[0]} of the job ${data.name} uses itself`, FROM);
  return { plan: planOf(data), image: imageOf(data) };
}

function needsCheckout({ name, problem }: ProblemJob): UserError {
  return new UserError(
    `the job ${JSON.stringify(name.slice(0, 100))} cannot be started from a result: ${problem}`,
    {
      code: 'from',
      hint: 'check out the repository, and use the action itself with `dispatch: "true"`',
    },
  );
}

function invalid(name: string, { issues }: z.ZodError): UserError {
  const [issue] = issues;
  const place = issue?.path.map(String).join('.') ?? '';
  const at = place === '' ? '' : ` at ${JSON.stringify(place.slice(0, 200))}`;
  const job = JSON.stringify(name.slice(0, 100));
  return wrong(
    `the job ${job} is not readable${at}: ${issue?.message ?? ''}`,
    'use the same release of jobimg in both jobs, and hand the output on as it is',
  );
}

function wrong(what: string, hint: string | undefined): UserError {
  return new UserError(`the input \`from\`: ${what}`, { code: 'from', hint });
}

function imageOf({ image, measured }: PendingJob): EnsuredImage {
  const { registry, path, digest } = parseReference(image);
  if (digest === undefined) throw wrong('an image has no digest', FROM);
  return {
    made: 'found',
    reference: image,
    image: { registry, path, digest },
    cache: 'image',
    why: 'another job of the workflow made it',
    measured: measured && new Map(Object.entries(measured)),
  };
}

function planOf(data: PendingJob): JobPlan {
  const { base, workdir, home, platforms, user } = data;
  const job = jobOf(data);
  const { tag: _, digest, ...repository } = parseReference(data.image);
  return {
    job,
    recipe: { job, platform: platforms?.[0] ?? LINUX_AMD64, bases: [], reasons: [], findings: [], facts: {} },
    image: { kind: 'given', reference: repository, digest },
    code: 'none',
    container: { workdir, home, platforms, user, base },
  };
}

function jobOf(data: PendingJob): Job {
  const { 'queue-timeout': queueTimeout, 'stop-grace': stopGrace, retry, checkpoint, nodes } = data;
  const { outputs, metrics, strategy } = data;
  return {
    name: data.name,
    spec: '',
    format: 'jobimg',
    origins: new Map(),
    image: { kind: 'given', reference: parseReference(data.image) },
    code: { mode: 'none', include: [] },
    command: data.command,
    params: new Map(Object.entries(data.params)),
    env: envOf(data.env),
    secrets: data.secrets,
    resources: readResources(data.resources),
    backend: data.backend,
    preflight: data.preflight,
    timeout: data.timeout,
    stopGrace,
    outputs,
    queueTimeout,
    retry,
    checkpoint,
    nodes,
    metrics,
    ...dataOf(data),
    strategy: strategy && strategyOf(strategy),
  };
}

function dataOf({ inputs, mounts, caches }: PendingJob): Pick<Job, 'inputs' | 'mounts' | 'caches'> {
  return {
    inputs: inputs?.map((input) => ({ ...input, folder: `/inputs/${input.name}` })),
    mounts: mounts?.map(({ 'read-only': readOnly, ...mount }) => ({ ...mount, readOnly })),
    caches,
  };
}

function envOf(env: PendingJob['env']): Job['env'] {
  return new Map(Object.entries(env).map(([name, value]) => [name, value ?? undefined]));
}

export function readResources({ gpu, ...others }: PendingJob['resources']): Job['resources'] {
  if (gpu === undefined) return others;
  const { 'compute-capability': computeCapability, ...rest } = gpu;
  return { ...others, gpu: { ...rest, computeCapability } };
}

function strategyOf({
  legs,
  'max-parallel': maxParallel,
  'fail-fast': failFast,
}: NonNullable<PendingJob['strategy']>): Strategy {
  return { legs: legs.map(legOf), maxParallel, failFast };
}

function legOf({
  label,
  values,
  params,
  command,
  env,
}: NonNullable<PendingJob['strategy']>['legs'][number]): Leg {
  return {
    label,
    values: new Map(Object.entries(values)),
    params: new Map(Object.entries(params)),
    command,
    env: env && envOf(env),
  };
}

/** One combination; those that are called alike are the same, and a job of the workflow's own matrix runs each once. */
function withLeg({ plan, image }: ReadJob, label: string): ReadJob {
  const { strategy, name } = plan.job;
  const found = strategy?.legs.find((leg) => leg.label === label);
  if (strategy === undefined || found === undefined) {
    const known = strategy?.legs.map((leg) => leg.label) ?? [];
    throw wrong(`the job ${name} has no combination ${JSON.stringify(label)}`, suggestion(label, known));
  }
  return { plan: { ...plan, job: { ...plan.job, strategy: { ...strategy, legs: [found] } } }, image };
}
