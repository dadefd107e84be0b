import { withoutUndefined } from '../../json.ts';
import { printPlatform } from '../../oci/platform.ts';
import { printReference } from '../../oci/reference.ts';
import { writtenResources } from '../pending/write.ts';
import type { RunCommand, RunPlan } from '../types/plan.ts';
import type { WrittenPlan } from './schema.ts';

/** A run as another place gets it. What is of this machine, folders and files, has no word there. */
export function sentPlan(run: RunPlan): WrittenPlan {
  if ('engineId' in run.image) throw new Error('another machine pulls its images');
  const { leg, platforms, params, outputsTo } = run;
  return withoutUndefined({
    version: 1 as const,
    run: run.id,
    family: run.family,
    hash: run.hash,
    job: run.job,
    leg: leg && { label: leg.label, values: Object.fromEntries(leg.values) },
    attempt: run.attempt,
    retries: run.retries,
    image: printReference(run.image),
    platforms: platforms?.map(printPlatform),
    ...started(run),
    resources: writtenResources(run.resources),
    preflight: run.preflight,
    measured: run.measured && Object.fromEntries(run.measured),
    timeout: run.timeout,
    'queue-timeout': run.queueTimeout,
    'stop-grace': run.stopGrace,
    outputs: [...run.outputs],
    'outputs-from': run.outputsFrom,
    'outputs-to': outputsTo === 'registry' ? outputsTo : undefined,
    metrics: run.metrics.map((source) => ({ ...source })),
    labels: Object.fromEntries(run.labels),
    detached: run.detached === true ? (true as const) : undefined,
    params: params && Object.fromEntries(params),
    commit: run.commit,
    base: run.base,
  });
}

function started(run: RunPlan) {
  const { shown } = run;
  return {
    command: commandOf(run.command),
    env: Object.fromEntries(run.env),
    shown: {
      command: commandOf(shown.command),
      env: Object.fromEntries(shown.env),
      outputs: [...shown.outputs],
    },
    secrets: [...run.secrets],
    user: run.user,
    workdir: run.workdir,
    home: run.home,
  };
}

function commandOf(command: RunCommand): WrittenPlan['command'] {
  return command.kind === 'arguments' ? { ...command, words: [...command.words] } : command;
}
