import { UserError } from '../../errors.ts';
import { parseReference } from '../../oci/reference.ts';
import { readResources } from '../pending/job-plan.ts';
import type { RunPlan } from '../types/plan.ts';
import { SentPlan } from './schema.ts';

/** The run that a text of `sentPlan` is about; throws for any other text. */
export function readSentPlan(text: string): RunPlan {
  const read = SentPlan.safeParse(jsonOf(text));
  if (read.success) return planOf(read.data);
  const [issue] = read.error.issues;
  const at = issue?.path.map(String).join('.') ?? '';
  throw wrong(
    `it is not readable${at === '' ? '' : ` at ${JSON.stringify(at.slice(0, 200))}`}: ${issue?.message}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('it is not JSON');
  }
}

function wrong(what: string): UserError {
  return new UserError(`the plan of the run: ${what}`, {
    code: 'plan',
    hint: 'use the same release of jobimg where a run is sent from and where it runs',
  });
}

function planOf(data: SentPlan): RunPlan {
  const { leg, params, platforms, preflight, measured, user, retries } = data;
  return {
    id: data.run,
    family: data.family,
    hash: data.hash,
    job: data.job,
    attempt: data.attempt,
    leg: leg && { label: leg.label, values: new Map(Object.entries(leg.values)), failFast: false },
    retries,
    image: parseReference(data.image),
    platforms,
    ...containerOf(data),
    resources: readResources(data.resources),
    preflight,
    measured: measured && new Map(Object.entries(measured)),
    user,
    ...limitsOf(data),
    detached: data.detached,
    params: params && new Map(Object.entries(params)),
    commit: data.commit,
    base: data.base,
  };
}

function containerOf({ command, env, shown, secrets, workdir, home, labels }: SentPlan) {
  return {
    command,
    env: new Map(Object.entries(env)),
    shown: { command: shown.command, env: new Map(Object.entries(shown.env)), outputs: shown.outputs },
    secrets,
    workdir,
    home,
    labels: new Map(Object.entries(labels)),
    backend: { name: 'docker', options: {} } as const,
  };
}

function limitsOf(data: SentPlan) {
  const { 'queue-timeout': queueTimeout, 'outputs-from': from, 'outputs-to': to } = data;
  return {
    timeout: data.timeout,
    queueTimeout,
    stopGrace: data['stop-grace'],
    outputs: data.outputs,
    outputsFrom: from,
    outputsTo: to,
    metrics: data.metrics,
  };
}
