import { UserError } from '../../errors.ts';
import { NEVER } from '../../never.ts';
import { cancelCommand } from '../../run/detach/attach-command.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Backend } from '../../tools/backend.ts';
import { checkRun, checkVolumes } from './check.ts';
import { followJob } from './follow/follow.ts';
import { askedUntil } from './follow/unreached.ts';
import type { ReadyInputs } from './inputs/bring.ts';
import { readyInputs } from './inputs/ready.ts';
import { askUntil } from './job/ask-until.ts';
import { type Cluster, nativeOf, type Target } from './job/cluster.ts';
import { optionsOf } from './job/job.ts';
import { jobName } from './job/names.ts';
import { cancelJob, removeJob, stopJob } from './job/remove.ts';
import { type SubmitResult, submitJob } from './job/submit/submit.ts';
import { listRuns } from './list.ts';
import { lookAt } from './look.ts';
import { collectOutputs } from './outputs.ts';

/** Where a Job goes that names no namespace, as with kubectl. */
const DEFAULT_NAMESPACE = 'default';

/** Runs jobs as Jobs of a Kubernetes cluster. */
export function createKubernetesBackend(cluster: Cluster): Backend {
  /** So that one process submits a run once. */
  const submitted = new Map<string, Promise<SubmitResult>>();
  /** Names of Jobs of which others are started as well. */
  const legs = new Set<string>();
  /** By the name of the Job that waits for them. */
  const ready = new Map<string, ReadyInputs>();
  const { access } = cluster.api;

  function namespaceOf(run: RunPlan): string {
    return optionsOf(run).namespace ?? access.namespace ?? DEFAULT_NAMESPACE;
  }

  function targetOf({ name, native }: Handle): Target {
    return { name, namespace: native['namespace'] ?? access.namespace ?? DEFAULT_NAMESPACE };
  }

  async function submit(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Handle> {
    const target = targetOf(intent);
    checkVolumes(run, cluster);
    const inputs = await readyInputs(run, cluster);
    const known = submitted.get(intent.name) ?? submitJob(run, target, cluster, signal);
    submitted.set(intent.name, known);
    try {
      const { job } = await known;
      const { name, uid } = job.metadata;
      submitted.set(name, known);
      if (run.leg !== undefined) legs.add(name);
      if (inputs !== undefined) ready.set(name, inputs);
      return { ...intent, name, native: { ...intent.native, uid } };
    } catch (error) {
      submitted.delete(intent.name);
      if (signal?.aborted) await removeBegun(run, intent, target, cluster);
      throw error;
    }
  }

  async function* follow(
    handle: Handle,
    signal: AbortSignal,
    leaving?: AbortSignal,
  ): AsyncGenerator<RunEvent> {
    const found = await submitted.get(handle.name);
    if (found?.attached)
      yield { type: 'note', message: `attached to the run that is already there: ${handle.name}` };
    const { native, run } = handle;
    const inputs = ready.get(handle.name);
    const made = found && { job: found.job, isOneOfMany: legs.has(handle.name) };
    const what = { run: runIn(handle, run), target: targetOf(handle), made };
    const following = { ...what, signal, leaving, native, inputs };
    yield* followJob(following, cluster);
  }

  return {
    intentOf: (run) => ({
      backend: 'kubernetes',
      run: run.id,
      name: jobName(run),
      hash: run.hash,
      native: nativeOf(cluster, namespaceOf(run)),
    }),
    check: (run) => checkRun(run, { name: jobName(run), namespace: namespaceOf(run) }, cluster),
    submit,
    follow,
    logSoFar(handle, soFar) {
      const what = { run: runIn(handle, handle.run), target: targetOf(handle), native: handle.native };
      return followJob({ ...what, signal: NEVER, leaving: AbortSignal.abort(), soFar }, cluster);
    },
    collect: (handle, run, folder) =>
      collectOutputs({ ...run, id: runIn(handle, run.id) }, targetOf(handle), folder, cluster),
    async cancel(handle, grace) {
      const target = targetOf(handle);
      if (!(await cancelJob(runIn(handle, handle.run), target, grace, cluster)))
        cluster.progress(`the cluster goes on removing the pod of the Job "${target.name}"`);
    },
    stop: (handle, grace) => stopJob(runIn(handle, handle.run), targetOf(handle), grace, cluster),
    look: (handle, secrets) => lookAt(handle, targetOf(handle), secrets, cluster),
    async clean(handle) {
      await removeJob(targetOf(handle), cluster);
      return true;
    },
    list: () => listRuns(cluster.namespace ?? access.namespace ?? DEFAULT_NAMESPACE, cluster),
  };
}

/** Nobody knows whether the request that was broken off has made it. */
async function removeBegun(
  { stopGrace }: RunPlan,
  intent: Handle,
  target: Target,
  cluster: Cluster,
): Promise<void> {
  const until = askedUntil(Math.min(stopGrace, cluster.longestGrace ?? stopGrace), cluster);
  const failure = await askUntil(until, cluster, (one) => removeJob(target, one.cluster));
  if (failure === undefined) return;
  throw new UserError(`whether it was started is not known: ${failure.message}`, {
    kind: 'unavailable',
    code: 'unreachable',
    hint: `end it when the cluster answers again: ${cancelCommand(intent)}`,
    cause: failure,
  });
}

/** The run that a Job was made for, which may be one of an earlier attempt. */
function runIn({ name }: Handle, id: string): string {
  return name.startsWith('jobimg-') ? name.slice('jobimg-'.length) : id;
}
