import type { Finding } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { JobFields } from '../fields/job.ts';
import type { Job, RunsOn, SecretNeed } from '../job/job.ts';
import type { Resources } from '../job/resources.ts';
import { type Declared, resolveParams } from '../params/params.ts';
import { readMatrix } from '../params/read-matrix.ts';
import { declaredWith, readStrategy } from '../params/strategy.ts';
import { locationOf, type MapNode, originsOf } from '../yaml/node.ts';
import { cachesOf, checkCaches } from './caches.ts';
import { checkEnvironment } from './environment.ts';
import { checkImage, imageOf } from './image-choice.ts';
import { readInputs } from './input-files.ts';
import { mountsOf } from './mounts.ts';
import { retryOf } from './retry.ts';
import { readTexts } from './texts.ts';
import { warnOfUnused } from './unused-matrix.ts';

/** Everything a job is made from. */
export interface JobSource {
  readonly name: string;
  readonly spec: string;
  readonly format: string;
  readonly fields: JobFields;
  /** The same fields with their places. */
  readonly root: MapNode;
  readonly given: ReadonlyMap<string, string>;
  /** Whether it is to be run: then it needs a command and every param. */
  readonly toRun: boolean;
}

export interface MadeJob {
  readonly job: Job;
  readonly findings: readonly Finding[];
}

/** A job with every default filled in, and all there is to say against it. */
export function makeJob(source: JobSource): MadeJob {
  const { name, spec, format, fields, root } = source;
  const findings = new Findings();
  const secrets = secretNeeds(fields.secrets);
  const { params, known, strategy, matrix } = valuesOf(source, findings);
  const texts = readTexts({ ...fields, params: new Map(known) }, { root, secrets }, findings);
  // Texts of another format are rendered for each run when they are read.
  if (matrix !== undefined && format === 'jobimg') warnOfUnused(matrix, texts, root, findings);
  const inputs = readInputs(fields.inputs, root, findings);
  const mounts = mountsOf(fields.mounts, root);
  const caches = cachesOf(fields.caches, root);
  const job: Job = {
    name,
    spec,
    format,
    origins: originsOf(root),
    image: imageOf(fields.image, root),
    code: codeOf(fields.code),
    ...texts,
    params,
    ...declarationsOf(fields.params),
    strategy,
    secrets,
    resources: resourcesOf(fields),
    ...nodesOf(fields.nodes),
    timeout: fields.timeout,
    ...queueTimeoutOf(fields['queue-timeout']),
    stopGrace: fields['stop-grace'],
    ...retryOf(fields.retry),
    checkpoint: fields.checkpoint,
    inputs,
    mounts,
    caches,
    metrics: fields.metrics,
    runsOn: runsOnOf(fields['runs-on']),
    backend: fields.backend,
    preflight: fields.preflight,
  };
  checkImage(fields.image, root, findings);
  checkEnvironment(fields, root, secrets, findings);
  checkCaches(job, findings);
  if (source.toRun) checkReady(source, { params, strategy }, findings);
  return { job, findings: findings.all };
}

interface Values extends Pick<Job, 'params' | 'strategy'> {
  /** Every param that is declared, be it by the matrix. */
  readonly known: Declared;
  readonly matrix: ReturnType<typeof readMatrix>;
}

/** The params of the job, and of each combination of its matrix. */
function valuesOf({ fields, root, given }: JobSource, findings: Findings): Values {
  // A strategy that could not be read was reported, and is not in the fields.
  const matrix = fields.strategy === undefined ? undefined : readMatrix(root, findings);
  const known = declaredWith(fields.params ?? new Map(), matrix, findings);
  const params = resolveParams(known, root, given, findings);
  const strategy = readStrategy({ fields, root, matrix, declared: known, params, given }, findings);
  return { params, strategy, known, matrix };
}

function secretNeeds(secrets: JobFields['secrets']): readonly SecretNeed[] {
  if (secrets === undefined) return [];
  if (Array.isArray(secrets)) return secrets.map((name) => ({ name, required: true }));
  return [...secrets].map(([name, { required, description }]) => ({ name, required, description }));
}

function declarationsOf(params: JobFields['params']): Pick<Job, 'declarations'> {
  const declarations = [...(params ?? [])].flatMap(([name, fields]) =>
    typeof fields === 'string' ? [] : [[name, fields] as const],
  );
  return declarations.length === 0 ? {} : { declarations: new Map(declarations) };
}

function codeOf(code: JobFields['code']): Job['code'] {
  if (typeof code === 'string') return { mode: code, include: [] };
  return { mode: code?.mode, include: code?.include ?? [] };
}

function queueTimeoutOf(queueTimeout: JobFields['queue-timeout']): Pick<Job, 'queueTimeout'> {
  return queueTimeout === undefined ? {} : { queueTimeout };
}

function nodesOf(nodes: JobFields['nodes']): Pick<Job, 'nodes'> {
  if (nodes === undefined) return {};
  return { nodes: typeof nodes === 'number' ? { count: nodes, outputs: 'first' } : nodes };
}

function resourcesOf({ gpu, cpu, memory, disk, shm }: JobFields): Resources {
  return { gpu: gpu === undefined ? undefined : gpuResource(gpu), cpu, memory, disk, shm };
}

function gpuResource(gpu: NonNullable<JobFields['gpu']>): Resources['gpu'] {
  const { count, names = [], memory, vendor, optional } = gpu;
  const capability = 'compute-capability' in gpu ? gpu['compute-capability'] : undefined;
  const driver = 'driver' in gpu ? gpu.driver : undefined;
  return {
    count,
    names,
    memory,
    computeCapability: capability,
    driver,
    vendor,
    optional,
  };
}

function runsOnOf(runsOn: JobFields['runs-on']): RunsOn | undefined {
  if (runsOn === undefined) return undefined;
  if (typeof runsOn === 'string') return { labels: [runsOn] };
  return Array.isArray(runsOn) ? { labels: runsOn } : { group: runsOn.group, labels: runsOn.labels ?? [] };
}

function checkReady(
  { fields, root }: JobSource,
  { params, strategy }: Pick<Job, 'params' | 'strategy'>,
  findings: Findings,
): void {
  const sets = strategy?.legs.map((leg) => leg.params) ?? [params];
  const missing = [...(fields.params?.keys() ?? [])].filter((name) => !sets.every((set) => set.has(name)));
  for (const name of missing) {
    findings.error('not-ready', `the param "${name}" has no value`, {
      hint: `give it with the input "params" (--param ${name}=…), or add a default`,
      at: locationOf(root, ['params', name]),
    });
  }
  if (fields.run !== undefined || fields.command !== undefined) return;
  const hint = 'add "run: <shell text>" or "command: [<program>, <arguments>]"';
  findings.error('not-ready', 'there is nothing to run', { hint, at: root.location });
}
