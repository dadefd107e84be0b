import type { RunsOn } from '../jobspec/job/job.ts';
import type { Range, Resources } from '../jobspec/job/resources.ts';
import { printRange, printSize } from '../jobspec/values/quantity.ts';
import { printPlatform } from '../oci/platform.ts';
import { printReference } from '../oci/reference.ts';
import { codeSize } from '../plan/images/code-size.ts';
import { firstEnvironment, identityOf } from '../plan/images/index-image.ts';
import type {
  EnvironmentPlan,
  ImagePlan,
  IndexPlan,
  JobPlan,
  Plan,
  PlatformImagePlan,
  PlatformPlan,
} from '../plan/plan.ts';
import type { RunCommand, RunLeg, RunPlan } from '../run/types/plan.ts';
import type { LookupResult, Preview, Result } from '../tools/result.ts';
import { findingJson, type Json, known } from './failed/finding-json.ts';
import { hintAt } from './text/place-words.ts';

/** The one object of `plan --json`; what is not known is null. */
export function planJson(plan: Plan, { found, runs, why, findings }: Preview, cost?: Result['cost']): Json {
  const [first] = plan.jobs;
  return known({
    spec: first?.job.spec ?? null,
    format: first?.job.format ?? null,
    jobs: plan.jobs.map((job) => ({
      ...jobJson(job, found.get(job.job.name) ?? {}, runs.get(job.job.name) ?? []),
      code: codeJson(job),
      why: why.get(job.job.name) ?? null,
    })),
    findings: findings.map(findingJson),
    cost: cost && JSON.parse(JSON.stringify(cost)),
  });
}

function codeJson(plan: JobPlan): Json {
  const size = codeSize(plan);
  return size === undefined ? null : { ...size };
}

function jobJson(
  plan: JobPlan,
  found: LookupResult,
  runs: readonly RunPlan[],
): Readonly<Record<string, Json>> {
  const { job, image } = plan;
  const [run] = runs;
  return {
    name: job.name,
    environment: image.kind === 'given' ? null : environmentJson(image, found),
    image: imageJson(image, found),
    ...(image.kind === 'index' ? { platforms: image.platforms.map(partJson) } : {}),
    run: run === undefined ? null : runJson(plan, run),
    ...(run?.leg === undefined ? {} : { strategy: strategyJson(plan, runs, run.leg) }),
    backend: backendJson(plan),
    'runs-on': runsOnJson(job.runsOn),
  };
}

/** An index of environments has no Dockerfile of its own, and a base on each platform. */
function environmentJson(image: PlatformImagePlan | IndexPlan, found: LookupResult): Json {
  const { id, tag } = image.environment;
  const { base, dockerfile } =
    image.kind === 'index'
      ? { base: firstEnvironment(image).base?.name ?? null, dockerfile: null }
      : madeFrom(image.environment);
  return { id: id ?? null, tag: tag ?? null, base, dockerfile, cached: found.environment ?? null };
}

function madeFrom({ base, build: { dockerfile } }: EnvironmentPlan): { base: Json; dockerfile: string } {
  if (base === undefined) return { base: null, dockerfile };
  return { base: base.digest === undefined ? base.name : `${base.name}@${base.digest}`, dockerfile };
}

function partJson({ platform, image }: PlatformPlan): Json {
  const { environment } = image;
  const own = identityOf(image);
  return {
    platform: printPlatform(platform),
    environment: { id: environment.id ?? null, tag: environment.tag ?? null, ...madeFrom(environment) },
    image: { id: own.id ?? null, tag: own.tag ?? null },
  };
}

function imageJson(image: ImagePlan, found: LookupResult): Json {
  if (image.kind === 'given') {
    const { reference, digest } = image;
    const { registry, path } = reference;
    const pinned = digest === undefined ? reference : { registry, path, digest };
    return { id: null, tag: null, reference: printReference(pinned), cached: true };
  }
  const { id, tag } = identityOf(image);
  return {
    id: id ?? null,
    tag: tag ?? null,
    reference: found.reference ?? null,
    cached: found.image ?? null,
  };
}

/** How a run starts; a variable that the caller must give is null here, and stands by its name elsewhere. */
export function runJson({ job }: Pick<JobPlan, 'job'>, run: RunPlan): Json {
  const env = [...job.env].map(([name, value]) => [
    name,
    value === undefined ? null : (run.shown.env.get(name) ?? null),
  ]);
  return known({
    command: commandWords(run.shown.command),
    env: Object.fromEntries(env),
    secrets: run.secrets,
    ...dataJson(run),
    resources: resourcesJson(run.resources),
    nodes: run.nodes && { ...run.nodes },
    timeout: run.timeout,
    'queue-timeout': run.queueTimeout,
    outputs: run.shown.outputs,
    'outputs-to': run.outputsTo,
  });
}

function dataJson({ inputs, mounts }: RunPlan): Readonly<Record<string, Json | undefined>> {
  return {
    inputs: inputs?.map(({ name, from, sha256, folder, file }) =>
      known({ name, from, sha256, folder, file }),
    ),
    mounts: mounts?.map(({ from, to, readOnly }) => ({ from, to, 'read-only': readOnly })),
  };
}

/** As GitHub starts a step: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions */
function commandWords(command: RunCommand): readonly string[] {
  if (command.kind === 'arguments') return command.words;
  const shell = command.shell === 'bash' ? ['bash', '-eo', 'pipefail', '-c'] : ['sh', '-e', '-c'];
  return [...shell, command.text];
}

/** Every run of a matrix; `run` beside it is the first of them. */
function strategyJson(plan: JobPlan, runs: readonly RunPlan[], { maxParallel, failFast }: RunLeg): Json {
  return {
    'max-parallel': maxParallel ?? null,
    'fail-fast': failFast,
    legs: runs.map((run) => ({ ...legJson(run), run: runJson(plan, run) })),
  };
}

/** Which combination of a matrix a run is; nothing for a job without one. */
export function legJson({ leg }: Pick<RunPlan, 'leg'>): Readonly<Record<string, Json>> {
  return leg === undefined ? {} : { leg: leg.label, params: Object.fromEntries(leg.values) };
}

function backendJson({ job }: JobPlan): Json {
  return { [job.backend.name]: JSON.parse(JSON.stringify(job.backend.options, asObject)) };
}

/** JSON has no maps: labels and options by name. */
function asObject(_: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

export function runsOnJson(runsOn: RunsOn | undefined): Json {
  if (runsOn === undefined) return null;
  return runsOn.group === undefined ? runsOn.labels : { group: runsOn.group, labels: runsOn.labels };
}

function resourcesJson({ gpu, cpu, memory, disk, shm }: Resources): Json {
  const gpuFields: Record<string, Json | undefined> = {
    count: rangeJson(gpu?.count),
    names: gpu?.names.length ? gpu.names : undefined,
    memory: rangeJson(gpu?.memory, printSize),
    'compute-capability': gpu?.computeCapability,
    driver: gpu?.driver,
    vendor: gpu?.vendor,
    optional: gpu?.optional || undefined,
  };
  return known({
    gpu: gpu === undefined ? undefined : known(gpuFields),
    cpu: rangeJson(cpu),
    memory: rangeJson(memory, printSize),
    disk: rangeJson(disk, printSize),
    shm: shm === undefined ? undefined : printSize(shm),
  });
}

/** One value without a unit is a number, everything else as the spec writes it. */
function rangeJson(range: Range | undefined, print?: (value: number) => string): Json | undefined {
  const isNumber = print === undefined && range?.min === range?.max;
  return isNumber ? range?.min : printRange(range, print);
}

/** The same with hints in the words of the command line. */
export function hintsOfCommandLine(json: Json): Json {
  return JSON.parse(JSON.stringify(json), (key, value) =>
    key === 'hint' && typeof value === 'string' ? hintAt('command line', value) : value,
  );
}

/** The same with every text as `hide` leaves it; keys are ours. */
export function hideIn(json: Json, hide: (text: string) => string): Json {
  return JSON.parse(JSON.stringify(json), (_, value) => (typeof value === 'string' ? hide(value) : value));
}

export type { Json };
