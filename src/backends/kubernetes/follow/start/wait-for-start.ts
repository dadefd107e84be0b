import type { RunEvent } from '../../../../run/types/event.ts';
import type { Verdict } from '../../../../run/types/verdict.ts';
import { type Pod, type Workload, Workloads } from '../../api/answers.ts';
import type { ReadyInputs } from '../../inputs/bring.ts';
import type { Cluster, Target } from '../../job/cluster.ts';
import { keptPlanIn } from '../../job/job.ts';
import { LABEL } from '../../job/names.ts';
import { isOver } from '../../job/submit/submit.ts';
import { firstFailed, hasBegun } from '../nodes.ts';
import type { ObservedRun } from '../observed-run.ts';
import { askedUntil, graceOf } from '../unreached.ts';
import { BroughtInputs } from './brought-inputs.ts';
import { eventsOf } from './events.ts';
import { Pulls } from './pulls.ts';
import { QueueTimeout } from './queue-timeout.ts';
import { Standing, troubleOf } from './standing.ts';
import { told } from './told.ts';
import type { WaitState } from './wait-state.ts';
import { waitingFor } from './waiting.ts';

export interface WaitOptions {
  readonly target: Target;
  readonly observed: ObservedRun;
  readonly signal: AbortSignal;
  /** Who is gone when it comes waits no longer. */
  readonly leaving?: AbortSignal | undefined;
  /** undefined: there are none, or another process has them. */
  readonly inputs: ReadyInputs | undefined;
}

/** Milliseconds between two looks at what a run waits for. */
const PAUSE = 3_000;
/** The sooner things change, the sooner they are looked at. */
const FIRST_PAUSE = 500;

/** Tells what a run waits for until its container is there; gives a verdict where it never will be. */
export async function* waitForStart(
  starting: WaitOptions,
  cluster: Cluster,
): AsyncGenerator<RunEvent, Verdict | undefined> {
  const { leaving, observed, signal } = starting;
  const known: Known = { pulls: new Pulls(cluster), troubles: new Standing(cluster) };
  const limit = new QueueTimeout(starting.target, cluster);
  const inputs = new BroughtInputs(starting, cluster);
  let pause = FIRST_PAUSE;
  await untilKnown(starting, cluster);
  try {
    while (!signal.aborted && leaving?.aborted !== true && waits(observed, cluster)) {
      const wait = inputs.bring() ?? (await lookAtNodes(starting, known, cluster));
      if (wait.kind === 'failed') return wait.failure;
      const timedOut = wait.kind === 'queued' && (await limit.check(observed.job, wait.detail));
      if (timedOut) return timedOut;
      yield { type: 'state', state: wait.kind, detail: wait.detail };
      await observed.changed(pause, signal);
      pause = Math.min(2 * pause, PAUSE);
    }
    return undefined;
  } finally {
    inputs.close();
  }
}

/** Milliseconds without any answer after which nobody waits any longer. */
const PATIENCE = 10 * 60_000;

export function isLost({ lost }: ObservedRun, { clock }: Cluster): boolean {
  return lost !== undefined && clock.now() - lost.since > PATIENCE;
}

/** Whoever is to stop a run has to know first how it stands. */
async function untilKnown({ leaving, observed, signal }: WaitOptions, cluster: Cluster): Promise<void> {
  let until = Number.POSITIVE_INFINITY;
  while (!observed.isComplete && !isLost(observed, cluster) && cluster.clock.now() < until) {
    if (signal.aborted && leaving?.aborted) return;
    if (signal.aborted) until = Math.min(until, askedUntil(graceOf(observed, cluster), cluster));
    await observed.changed(FIRST_PAUSE);
  }
}

function waits(observed: ObservedRun, cluster: Cluster): boolean {
  return !isBegun(observed) && !hasEnded(observed) && !isLost(observed, cluster);
}

function isBegun({ count, nodes }: ObservedRun): boolean {
  return nodes.length === count && nodes.every(({ pod }) => hasBegun(pod));
}

/** Without having started: a pod is over, or gone with its Job. Of several nodes, one that failed is enough. */
export function hasEnded({ count, isComplete, job, nodes }: ObservedRun): boolean {
  if (!isComplete) return false;
  if (job === undefined || isOver(job)) return true;
  if (count > 1 && firstFailed(nodes) !== undefined) return true;
  return nodes.some(({ pod, isGone }) => isGone || pod.status?.phase === 'Failed');
}

/** What earlier looks have told. */
interface Known {
  readonly pulls: Pulls;
  readonly troubles: Standing;
}

/** What keeps the first node that has not begun; a run begins when all of its nodes have. */
async function lookAtNodes(starting: WaitOptions, known: Known, cluster: Cluster): Promise<WaitState> {
  const { count, nodes } = starting.observed;
  const begun = nodes.filter(({ pod }) => hasBegun(pod));
  const ranks = new Set(begun.map(({ rank }) => rank));
  const rank = Array.from({ length: count }, (_, one) => one).find((one) => !ranks.has(one)) ?? 0;
  const wait = await lookAt(starting, nodes.find((node) => node.rank === rank)?.pod, known, cluster);
  if (count === 1 || begun.length === 0) return wait;
  const where = `${begun.length} of ${count} nodes have begun, and wait for node ${rank}`;
  if (wait.kind !== 'failed') return { ...wait, detail: `${where}: ${wait.detail}` };
  return { ...wait, failure: { ...wait.failure, detail: `${where}: ${wait.failure.detail}` } };
}

async function lookAt(
  { observed, target }: WaitOptions,
  pod: Pod | undefined,
  { pulls, troubles }: Known,
  cluster: Cluster,
): Promise<WaitState> {
  if (pod === undefined) await observed.lookForJob();
  const { job } = observed;
  const image = keptPlanIn(job)?.image ?? 'of the job';
  const queue = job?.metadata.labels?.[LABEL.queue];
  const uids = [job, pod].flatMap((object) => (object === undefined ? [] : [object.metadata.uid]));
  const events = (await Promise.all(uids.map((uid) => eventsOf(uid, target, cluster)))).flat();
  const isQueued = pod === undefined && job?.spec.suspend === true && queue !== undefined;
  const workload = isQueued ? await workloadOf(job.metadata.uid, target, cluster) : undefined;
  const pull = pulls.look(pod, events);
  const standing = troubles.of(troubleOf(job, pod, events));
  return waitingFor({ job, pod, events, workload, image, queue, pull, standing });
}

async function workloadOf(
  uid: string,
  { namespace }: Target,
  cluster: Cluster,
): Promise<Workload | undefined> {
  const query = { labelSelector: `kueue.x-k8s.io/job-uid=${uid}` };
  for (const version of ['v1beta2', 'v1beta1']) {
    const path = `/apis/kueue.x-k8s.io/${version}/namespaces/${namespace}/workloads`;
    const value = await told(path, query, cluster);
    const found = value === undefined ? undefined : Workloads.parse(value).items.at(-1);
    if (found !== undefined) return found;
  }
  return undefined;
}
