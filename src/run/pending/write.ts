import type { Job, Leg } from '../../jobspec/job/job.ts';
import type { Param } from '../../jobspec/job/param.ts';
import type { Template } from '../../jobspec/job/placeholder.ts';
import type { Resources } from '../../jobspec/job/resources.ts';
import { withoutUndefined } from '../../json.ts';
import { printPlatform } from '../../oci/platform.ts';
import { printReference } from '../../oci/reference.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { containerOf } from '../plan/container.ts';
import { checkoutProblem } from './problem.ts';
import type { ProblemJob, WrittenJob } from './schema.ts';

/** A job with its image as another job of the workflow needs it to start its runs, or why none can. */
export function pendingJob(
  plan: JobPlan,
  { image, engineId, measured }: EnsuredImage,
): WrittenJob | ProblemJob {
  const { name } = plan.job;
  if (image === undefined) {
    const where = engineId === undefined ? 'nowhere' : 'in the engine of one machine only';
    return { name, problem: `its image is ${where}: give a registry that you may push to` };
  }
  const problem = checkoutProblem(plan);
  if (problem !== undefined) return { name, problem };
  const { registry, path, digest } = image;
  return withoutUndefined({
    version: 1,
    image: printReference({ registry, path, digest }),
    ...writtenJob(plan),
    measured: measured && Object.fromEntries(measured),
  });
}

function writtenJob(plan: JobPlan): Omit<WrittenJob, 'version' | 'image'> {
  const { job } = plan;
  const { platforms, ...container } = containerOf(plan);
  return withoutUndefined({
    name: job.name,
    ...container,
    platforms: platforms?.map(printPlatform),
    command: commandOf(job.command),
    params: paramsOf(job.params),
    env: envOf(job.env),
    secrets: job.secrets.map((secret) => withoutUndefined({ ...secret })),
    resources: writtenResources(job.resources),
    nodes: job.nodes,
    preflight: job.preflight,
    ...limitsOf(job),
    outputs: withoutUndefined({ ...job.outputs, paths: job.outputs.paths.map(templateOf) }),
    metrics: job.metrics,
    backend: { name: job.backend.name, options: optionsOf(job.backend.options) },
    ...dataOf(job),
    strategy: strategyOf(job.strategy),
  });
}

function limitsOf({ timeout, queueTimeout, stopGrace, retry, checkpoint }: Job) {
  return {
    timeout,
    'queue-timeout': queueTimeout,
    'stop-grace': stopGrace,
    retry: retry && { ...retry, on: [...retry.on] },
    checkpoint,
  };
}

function dataOf({ inputs, mounts, caches }: Job) {
  return {
    inputs: inputs?.flatMap(({ name, from, sha256, file }) =>
      'url' in from ? [withoutUndefined({ name, from: { ...from }, sha256, file })] : [],
    ),
    mounts: mounts?.map(({ from, to, readOnly }) => ({ from, to, 'read-only': readOnly })),
    caches: caches?.map(({ name, path, env }) => withoutUndefined({ name, path, env })),
  };
}

function strategyOf(strategy: Job['strategy']): WrittenJob['strategy'] {
  if (strategy === undefined) return undefined;
  const { legs, maxParallel, failFast } = strategy;
  return withoutUndefined({ legs: legs.map(legOf), 'max-parallel': maxParallel, 'fail-fast': failFast });
}

function legOf({ label, values, params, command, env }: Leg) {
  return withoutUndefined({
    label,
    values: Object.fromEntries(values),
    params: paramsOf(params),
    command: command && commandOf(command),
    env: env && envOf(env),
  });
}

function commandOf(command: Job['command']): WrittenJob['command'] {
  return command.kind === 'arguments'
    ? { kind: 'arguments', words: command.words.map(templateOf) }
    : { kind: 'shell', shell: command.shell, lines: command.lines.map(templateOf) };
}

/** Without the places of the spec. */
function templateOf(template: Template): WrittenJob['outputs']['paths'][number] {
  return template.map((part) =>
    typeof part === 'string' ? part : withoutUndefined({ name: part.name, raw: part.raw, quote: part.quote }),
  );
}

function paramsOf(params: ReadonlyMap<string, Param>): WrittenJob['params'] {
  return Object.fromEntries([...params].map(([name, { type, text }]) => [name, { type, text }]));
}

function envOf(env: Job['env']): WrittenJob['env'] {
  const entries = [...env].map(([name, value]) => [name, value === undefined ? null : templateOf(value)]);
  return Object.fromEntries(entries);
}

export function writtenResources({ gpu, ...others }: Resources): WrittenJob['resources'] {
  if (gpu === undefined) return withoutUndefined(others);
  const { computeCapability, names, ...rest } = gpu;
  return withoutUndefined({
    ...others,
    gpu: withoutUndefined({ ...rest, names: [...names], 'compute-capability': computeCapability }),
  });
}

/** Options as a spec writes them: texts, lists and mappings. */
function optionsOf(options: Readonly<Record<string, unknown>>): Record<string, never> {
  return JSON.parse(
    JSON.stringify(options, (_, value: unknown) => {
      if (value instanceof Map) return Object.fromEntries(value);
      return typeof value === 'number' ? String(value) : value;
    }),
  );
}
