import type { Job, Leg, Strategy } from '../../jobspec/job/job.ts';
import { LINUX_AMD64 } from '../../oci/platform.ts';
import { parseReference } from '../../oci/reference.ts';
import type { JobPlan } from '../../plan/plan.ts';
import type { PendingJob } from './schema.ts';

/** The plan of a job whose image another job has made: nothing of it is looked up or built. */
export function planOf(data: PendingJob): JobPlan {
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

export function envOf(env: PendingJob['env']): Job['env'] {
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
