import * as z from 'zod';
import { recordedBackend } from '../jobspec/job/backend-names.ts';
import { RETRY_CAUSES } from '../jobspec/job/retry.ts';
import { readJson } from '../json.ts';
import { parseReference, printReference } from '../oci/reference.ts';
import type { Digest } from '../oci/types.ts';
import type { Owner } from './owner-process.ts';
import { Ended, endOf, type KeptFiles, laterOf } from './records/ended.ts';
import type { GitHubRun } from './run-id.ts';
import type { Handle } from './types/handle.ts';
import type { RunPlan } from './types/plan.ts';
import type { RunResult } from './types/result.ts';

/**
 * What a machine keeps of a run: while it lives, for the post step, a later start and `jobimg stop`; and, once it has
 * ended, its result. No value of a secret stands in it; one of the caller's environment only where it names an output.
 */

const Sha256 = z.custom<Digest>((value) => typeof value === 'string' && /^sha256:[0-9a-f]+$/.test(value));
/** It becomes a part of paths. */
const RunId = z.string().regex(/^[a-z0-9-]{1,52}$/);

export const HandleSchema = z.object({
  backend: z.string(),
  run: RunId,
  name: z.string(),
  hash: Sha256,
  native: z.record(z.string(), z.string()),
});

const Process = z.object({
  pid: z.number(),
  host: z.string(),
  boot: z.string(),
  namespace: z.string(),
  started: z.string(),
});

const Command = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('shell'), shell: z.enum(['bash', 'sh']), text: z.string() }),
  z.object({ kind: z.literal('arguments'), words: z.array(z.string()) }),
]);

/** As much of a plan as is kept, wherever that is. */
export const KeptPlan = z.object({
  family: z.string(),
  job: z.string(),
  leg: z.object({ label: z.string(), params: z.record(z.string(), z.string()) }).optional(),
  attempt: z.number(),
  /** How often `retry` had started it again. */
  retries: z.number().optional(),
  /** By which its checkpoint is found. */
  checkpoint: z.object({ name: z.string(), path: z.string(), key: z.string() }).optional(),
  /** A reference with digest, or the ID of an image of the engine. */
  image: z.string(),
  command: Command,
  env: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
  timeout: z.number(),
  'queue-timeout': z.number().optional(),
  'stop-grace': z.number(),
  outputs: z.array(z.string()),
  'outputs-from': z.string().optional(),
  'outputs-to': z.string().optional(),
  metrics: z.array(z.union([z.object({ path: z.string() }), z.object({ stdout: z.string() })])),
  nodes: z.object({ count: z.number(), outputs: z.enum(['first', 'all']) }).optional(),
  /** Whether it was started to be left alone. */
  detached: z.boolean().optional(),
  /** Of a detached run: which ends of it were to be tried again. */
  retry: z.object({ max: z.number(), on: z.array(z.enum(RETRY_CAUSES)), backoff: z.number() }).optional(),
  /** Of a detached run, for whoever fetches it elsewhere: from what its outputs are made. */
  commit: z.string().optional(),
  base: z.string().optional(),
  params: z.record(z.string(), z.string()).optional(),
});
export type KeptPlan = z.infer<typeof KeptPlan>;

export const RunRecord = z.object({
  /** Raised when a reader of an older one could misunderstand it. */
  version: z.literal(1),
  run: RunId,
  /** When it was handed to the backend first. */
  started: z.string(),
  /** The folder of the repository, and its name on GitHub. */
  folder: z.string(),
  repository: z.string().optional(),
  /** The workflow that called; none: a person, or another CI. */
  github: z
    .object({ 'run-id': z.string(), attempt: z.string(), job: z.string(), action: z.string() })
    .optional(),
  /** The process that follows it. */
  owner: Process,
  handle: HandleSchema,
  plan: KeptPlan,
  /** All of them, the matrix's too, as the spec or the caller writes them; none in records of earlier releases. */
  params: z.record(z.string(), z.string()).optional(),
  /** The commit of the code. */
  commit: z.string().optional(),
  /** The base image, by name and digest. */
  base: z.string().optional(),
  /** It goes on without its process, which is as it should be. */
  detached: z.boolean().optional(),
  ended: Ended.optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** Who starts a run, and where. */
export interface RecordContext {
  readonly folder: string;
  readonly repository?: string | undefined;
  readonly github?: GitHubRun | undefined;
  readonly owner: Owner;
  readonly now: Date;
}

export function recordOf(run: RunPlan, handle: Handle, starting: RecordContext): RunRecord {
  const { folder, repository, github, owner, now } = starting;
  return {
    version: 1,
    run: run.id,
    started: now.toISOString(),
    folder,
    ...(repository === undefined ? {} : { repository }),
    ...(github === undefined ? {} : { github: githubOf(github) }),
    owner,
    handle: { ...handle, native: { ...handle.native } },
    plan: keptPlan(run),
    ...madeFrom(run),
  };
}

function githubOf({ runId, runAttempt, job, action }: GitHubRun): NonNullable<RunRecord['github']> {
  return { 'run-id': runId, attempt: runAttempt, job, action };
}

export function keptPlan(run: RunPlan): KeptPlan {
  const { leg, shown } = run;
  return {
    family: run.family,
    job: run.job,
    ...(leg === undefined ? {} : { leg: { label: leg.label, params: Object.fromEntries(leg.values) } }),
    attempt: run.attempt,
    ...(run.retries === undefined ? {} : { retries: run.retries }),
    ...(run.checkpoint === undefined ? {} : { checkpoint: { ...run.checkpoint } }),
    image: 'engineId' in run.image ? run.image.engineId : printReference(run.image),
    command: mutable(shown.command),
    env: Object.fromEntries(shown.env),
    secrets: [...run.secrets],
    timeout: run.timeout,
    ...(run.queueTimeout === undefined ? {} : { 'queue-timeout': run.queueTimeout }),
    'stop-grace': run.stopGrace,
    outputs: [...run.outputs],
    ...(run.outputsFrom === undefined ? {} : { 'outputs-from': run.outputsFrom }),
    ...(run.outputsTo === undefined ? {} : { 'outputs-to': run.outputsTo }),
    metrics: [...run.metrics],
    ...(run.nodes === undefined ? {} : { nodes: run.nodes }),
    ...(run.detached === true ? { detached: true, ...retryOf(run), ...madeFrom(run) } : {}),
  };
}

function retryOf({ retry }: RunPlan): Pick<KeptPlan, 'retry'> {
  return retry === undefined ? {} : { retry: { ...retry, on: [...retry.on] } };
}

/** All params, the matrix's too, and what the image was made from. */
function madeFrom({ params, commit, base }: RunPlan): Pick<RunRecord, 'params' | 'commit' | 'base'> {
  return {
    ...(params === undefined ? {} : { params: Object.fromEntries(params) }),
    ...(commit === undefined ? {} : { commit }),
    ...(base === undefined ? {} : { base }),
  };
}

function mutable(command: RunPlan['command']): RunRecord['plan']['command'] {
  return command.kind === 'arguments' ? { ...command, words: [...command.words] } : command;
}

/** As much of a plan as it takes to bring home what a run has left; it cannot be started again. */
export function planOf({ run, handle, plan }: Pick<RunRecord, 'run' | 'handle' | 'plan'>): RunPlan {
  const { leg, command, outputs } = plan;
  const env = new Map(Object.entries(plan.env));
  return {
    id: run,
    family: plan.family,
    hash: handle.hash,
    job: plan.job,
    ...(leg === undefined
      ? {}
      : { leg: { label: leg.label, values: new Map(Object.entries(leg.params)), failFast: false } }),
    attempt: plan.attempt,
    ...(plan.retries === undefined ? {} : { retries: plan.retries }),
    ...(plan.checkpoint === undefined ? {} : { checkpoint: plan.checkpoint }),
    image: plan.image.startsWith('sha256:') ? { engineId: plan.image as Digest } : parseReference(plan.image),
    command,
    env,
    shown: { command, env, outputs },
    secrets: plan.secrets,
    resources: {},
    ...(plan.nodes === undefined ? {} : { nodes: plan.nodes }),
    workdir: undefined,
    home: '/tmp',
    timeout: plan.timeout,
    stopGrace: plan['stop-grace'],
    outputs,
    outputsFrom: plan['outputs-from'],
    outputsTo: plan['outputs-to'],
    metrics: plan.metrics,
    backend: { name: recordedBackend(handle.backend), options: {} },
    labels: new Map(),
    ...(plan.detached === true ? { detached: true } : {}),
    ...(plan.retry === undefined ? {} : { retry: plan.retry }),
    ...(plan.params === undefined ? {} : { params: new Map(Object.entries(plan.params)) }),
    ...(plan.commit === undefined ? {} : { commit: plan.commit }),
    ...(plan.base === undefined ? {} : { base: plan.base }),
  };
}

/** What stays of a run. */
export function endedRecord(record: RunRecord, result: RunResult, kept: KeptFiles): RunRecord {
  return { ...record, ended: endOf(result, kept) };
}

/** The same with what was learned of the run later. */
export function amendedRecord(record: RunRecord, result: RunResult): RunRecord {
  return record.ended === undefined ? record : { ...record, ended: { ...record.ended, ...laterOf(result) } };
}

/** What may leave the machine with the outputs: how the run was started and how it ended, and nothing of who follows it. */
export function withoutMachine({ folder: _, owner: __, handle: ___, ...record }: RunRecord): object {
  return record;
}

/** undefined for a text that is torn, of another version, or not ours: it names no run. */
export function parseRecord(text: string): RunRecord | undefined {
  return readJson(RunRecord, text);
}

/** undefined for a text of another release, or of anybody else. */
export function parseKeptPlan(text: string): KeptPlan | undefined {
  return readJson(KeptPlan, text);
}
