import { UserError } from '../../errors.ts';
import type { Digest } from '../../oci/types.ts';
import type { KeptPlan } from '../../run/record.ts';
import type { Handle } from '../../run/run.ts';
import type { RunState } from '../../run/standing.ts';
import { type Job, Jobs, listOf, Pod } from './api/answers.ts';
import { type Cluster, jobsPath, podsPath } from './cluster.ts';
import { keptPlanIn } from './job/job.ts';
import { ANNOTATION, LABEL, MANAGER } from './job/names.ts';
import { stateOf } from './look.ts';

/** A run as the cluster alone tells of it. */
export interface ListedRun {
  readonly handle: Handle;
  readonly plan: KeptPlan;
  readonly state: RunState;
  /** When its Job was made. */
  readonly started: string;
}

const Pods = listOf(Pod);

/** The runs of a namespace that are there, or of them the one of this id; another release's are left out. */
export async function listRuns(
  namespace: string,
  cluster: Cluster,
  run?: string,
): Promise<readonly ListedRun[]> {
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
    return listed(job, ofRun, namespace, cluster);
  });
}

function listed(job: Job, pods: readonly Pod[], namespace: string, { api }: Cluster): readonly ListedRun[] {
  const { annotations, creationTimestamp = '', labels, name, uid } = job.metadata;
  const plan = keptPlanIn(job);
  const run = labels?.[LABEL.run];
  const hash = annotations?.[ANNOTATION.plan];
  if (plan === undefined || run === undefined || hash === undefined) return [];
  const { context, server } = api.access;
  const native = { server, ...(context === undefined ? {} : { context }), namespace, uid };
  const handle = { backend: 'kubernetes', run, name, hash: hash as Digest, native };
  return [{ handle, plan, state: stateOf(job, pods), started: creationTimestamp }];
}

/** Everything that it takes to go on with a run of which only the id is known. */
export async function findRun(run: string, namespace: string, cluster: Cluster): Promise<ListedRun> {
  const [found] = await listRuns(namespace, cluster, run);
  if (found !== undefined) return found;
  throw new UserError(`there is no run "${run}" in the namespace "${namespace}"`, {
    kind: 'usage',
    code: 'no-run',
    hint: `these are there: kubectl --namespace ${namespace} get jobs --selector ${LABEL.manager}=${MANAGER}`,
  });
}
