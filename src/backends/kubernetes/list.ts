import { UserError } from '../../errors.ts';
import { isDigest } from '../../oci/digest.ts';
import type { KeptPlan } from '../../run/kept-plan.ts';
import type { ListedRun } from '../../tools/backend.ts';
import { type Job, Jobs, listOf, Pod } from './api/answers.ts';
import { type Cluster, jobsPath, nativeOf, podsPath } from './job/cluster.ts';
import { keptPlanIn } from './job/job.ts';
import { ANNOTATION, LABEL, MANAGER } from './job/names.ts';
import { isOverdue, stateOf } from './look.ts';

/** A run as the cluster alone tells of it. */
export interface FoundRun extends ListedRun {
  readonly plan: KeptPlan;
  /** When its Job was made. */
  readonly started: string;
}

const Pods = listOf(Pod);

/** The runs of a namespace that are there, or of them the one of this id; another release's are left out. */
export async function listRuns(
  namespace: string,
  cluster: Cluster,
  run?: string,
): Promise<readonly FoundRun[]> {
  const own = run === undefined ? '' : `,${LABEL.run}=${run}`;
  const query = { labelSelector: `${LABEL.manager}=${MANAGER}${own}` };
  const [jobs, pods] = await Promise.all([
    cluster.api.call({ method: 'GET', path: jobsPath(namespace), query }),
    cluster.api.call({ method: 'GET', path: podsPath(namespace), query }),
  ]);
  const { items } = Pods.parse(pods.value);
  return Jobs.parse(jobs.value).items.flatMap((job) => {
    const id = job.metadata.labels?.[LABEL.run];
    const ofRun = items.filter((pod) => pod.metadata.labels?.[LABEL.run] === id);
    return found(job, ofRun, pods.date, { namespace, cluster });
  });
}

interface FoundContext {
  readonly namespace: string;
  readonly cluster: Cluster;
}

function found(
  job: Job,
  pods: readonly Pod[],
  now: number,
  { namespace, cluster }: FoundContext,
): readonly FoundRun[] {
  const { annotations, creationTimestamp = '', labels, name, uid } = job.metadata;
  const plan = keptPlanIn(job);
  const run = labels?.[LABEL.run];
  const hash = annotations?.[ANNOTATION.plan];
  if (plan === undefined || run === undefined || hash === undefined || !isDigest(hash)) return [];
  const native = { ...nativeOf(cluster, namespace), uid };
  const state = stateOf(job, pods);
  return [
    {
      handle: { backend: 'kubernetes', run, name, hash, native },
      job: plan.job,
      plan,
      state,
      started: creationTimestamp,
      repository: annotations?.[ANNOTATION.repository],
      overdue: state === 'running' && isOverdue(job, pods, now),
      // Whoever may write to the namespace may have made it, from anywhere.
      isOwn: false,
    },
  ];
}

/** Everything that it takes to go on with a run of which only the id is known. */
export async function findRun(run: string, namespace: string, cluster: Cluster): Promise<FoundRun> {
  const [one] = await listRuns(namespace, cluster, run);
  if (one !== undefined) return one;
  throw new UserError(`there is no run "${run}" in the namespace "${namespace}"`, {
    kind: 'usage',
    code: 'no-run',
    hint: `these are there: kubectl --namespace ${namespace} get jobs --selector ${LABEL.manager}=${MANAGER}`,
  });
}
