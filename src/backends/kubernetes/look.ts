import type { RunState } from '../../run/state.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { RunStatus } from '../../tools/backend.ts';
import { type Job, mainOf, type Pod, Secret } from './api/answers.ts';
import { isStatus } from './api/errors.ts';
import { endOf } from './follow/ending.ts';
import { rankOf } from './follow/nodes.ts';
import { type Cluster, secretsPath, serverTime, type Target } from './job/cluster.ts';
import { keptPlanIn } from './job/job.ts';
import { secretName } from './job/names.ts';
import { podsOf } from './job/remove.ts';
import { findJob, hasPlan, isOver } from './job/submit/submit.ts';

const ABSENT: RunStatus = { state: 'absent', overdue: false, secrets: new Map() };

/** A Job that has the name of the run and another plan is somebody else's. */
export async function lookAt(
  { run, hash }: Handle,
  target: Target,
  secrets: readonly string[],
  cluster: Cluster,
): Promise<RunStatus> {
  const job = await findJob(target, cluster);
  if (job === undefined || !hasPlan(job, hash) || job.metadata.deletionTimestamp !== undefined) return ABSENT;
  const pods = await podsOf(run, target, cluster);
  const state = stateOf(job, pods);
  return {
    state,
    overdue: state === 'running' && isOverdue(job, pods, await serverTime(cluster)),
    secrets: await valuesOf(secrets, target, cluster),
    ...(state === 'ended' ? { verdict: verdictOf(job, pods) } : {}),
  };
}

/** As whoever follows it says it: of several nodes, by the one that failed first. */
function verdictOf(job: Job, pods: readonly Pod[]): Verdict {
  const nodes = pods.map((pod) => ({ rank: rankOf(pod), pod, isGone: false }));
  const pod = nodes.findLast(({ rank }) => rank === 0)?.pod;
  return endOf({ count: job.spec.completions ?? 1, job, nodes, pod }, false, false);
}

export function stateOf(job: Job, pods: readonly Pod[]): Exclude<RunState, 'absent'> {
  const states = pods.map((pod) => mainOf(pod)?.state);
  if (states.some((state) => state?.running !== undefined)) return 'running';
  return isOver(job) || states.some((state) => state?.terminated !== undefined) ? 'ended' : 'queued';
}

/** Seconds in which the cluster ends a run at its limit by itself. */
const MARGIN = 120;

/** `now` by the clock of the API server. */
export function isOverdue(job: Job, pods: readonly Pod[], now: number): boolean {
  const plan = keptPlanIn(job);
  const starts = pods.map((pod) => Date.parse(mainOf(pod)?.state?.running?.startedAt ?? ''));
  const start = Math.max(...starts.filter((time) => !Number.isNaN(time)));
  if (plan === undefined || !Number.isFinite(start)) return false;
  return now > start + (plan.timeout + plan['stop-grace'] + MARGIN) * 1_000;
}

/** What it was given, to hide it; who may not read that hides what is known otherwise. */
async function valuesOf(
  names: readonly string[],
  { namespace, name }: Target,
  { api, progress }: Cluster,
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  try {
    const path = `${secretsPath(namespace)}/${secretName(name)}`;
    const { data = {} } = Secret.parse((await api.call({ method: 'GET', path })).value);
    return new Map(
      names.flatMap((one) => {
        const value = data[one];
        return value === undefined ? [] : [[one, Buffer.from(value, 'base64').toString('utf8')] as const];
      }),
    );
  } catch (error) {
    if (!isStatus(error, 403, 404)) throw error;
    if (isStatus(error, 403)) progress(`the secrets of the run may not be read: ${names.join(', ')}`);
    return new Map();
  }
}
