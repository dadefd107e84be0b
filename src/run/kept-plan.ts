import * as z from 'zod';
import { recordedBackend } from '../jobspec/job/backend-names.ts';
import { RETRY_CAUSES } from '../jobspec/job/retry.ts';
import { readJson, withoutUndefined } from '../json.ts';
import { parseReference, printReference } from '../oci/reference.ts';
import type { Digest } from '../oci/types.ts';
import type { Handle } from './types/handle.ts';
import type { RunPlan } from './types/plan.ts';

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

/** As much of a plan as may be kept: without values of secrets, and with the environment as it is shown. */
export function keptPlan(run: RunPlan): KeptPlan {
  const { leg, shown } = run;
  return withoutUndefined({
    family: run.family,
    job: run.job,
    leg: leg && { label: leg.label, params: Object.fromEntries(leg.values) },
    attempt: run.attempt,
    retries: run.retries,
    checkpoint: run.checkpoint && { ...run.checkpoint },
    image: 'engineId' in run.image ? run.image.engineId : printReference(run.image),
    command: mutable(shown.command),
    env: Object.fromEntries(shown.env),
    secrets: [...run.secrets],
    timeout: run.timeout,
    'queue-timeout': run.queueTimeout,
    'stop-grace': run.stopGrace,
    outputs: [...run.outputs],
    'outputs-from': run.outputsFrom,
    'outputs-to': run.outputsTo,
    metrics: [...run.metrics],
    nodes: run.nodes,
    ...(run.detached === true ? { detached: true, ...retryOf(run), ...madeFrom(run) } : {}),
  });
}

function retryOf({ retry }: RunPlan): Pick<KeptPlan, 'retry'> {
  return { retry: retry && { ...retry, on: [...retry.on] } };
}

/** All params, the matrix's too, and what the image was made from. */
export function madeFrom({ params, commit, base }: RunPlan): Pick<KeptPlan, 'params' | 'commit' | 'base'> {
  return {
    params: params && Object.fromEntries(params),
    commit,
    base,
  };
}

function mutable(command: RunPlan['command']): KeptPlan['command'] {
  return command.kind === 'arguments' ? { ...command, words: [...command.words] } : command;
}

interface KeptRunPlan {
  /** The id of the run. */
  readonly run: string;
  readonly handle: Pick<Handle, 'hash' | 'backend'>;
  readonly plan: KeptPlan;
}

/** As much of a plan as it takes to bring home what a run has left; it cannot be started again. */
export function planOf({ run, handle, plan }: KeptRunPlan): RunPlan {
  const { leg, command, outputs } = plan;
  const env = new Map(Object.entries(plan.env));
  return {
    id: run,
    family: plan.family,
    hash: handle.hash,
    job: plan.job,
    leg: leg && { label: leg.label, values: new Map(Object.entries(leg.params)), failFast: false },
    attempt: plan.attempt,
    retries: plan.retries,
    checkpoint: plan.checkpoint,
    image: plan.image.startsWith('sha256:') ? { engineId: plan.image as Digest } : parseReference(plan.image),
    command,
    env,
    shown: { command, env, outputs },
    secrets: plan.secrets,
    resources: {},
    nodes: plan.nodes,
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
    detached: plan.detached,
    retry: plan.retry,
    params: plan.params && new Map(Object.entries(plan.params)),
    commit: plan.commit,
    base: plan.base,
  };
}

/** undefined for a text of another release, or of anybody else. */
export function parseKeptPlan(text: string): KeptPlan | undefined {
  return readJson(KeptPlan, text);
}
