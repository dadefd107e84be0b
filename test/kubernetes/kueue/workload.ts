// The object in which Kueue says how a Job stands in its queue: types, reasons and sentences of its conditions are
// those of its documentation (Troubleshooting Jobs, and the API of its version v1beta2).
import { type Api, ApiError, createObject, getObject, patchObject } from '../api.ts';
import { GROUP } from './definitions.ts';
import { type Job, queueOf } from './job.ts';

const PREEMPTED = 'Preempted to accommodate a workload due to prioritization in the ClusterQueue';

export interface Condition {
  readonly type: 'QuotaReserved' | 'Admitted' | 'Evicted' | 'Preempted' | 'Finished';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

interface Workload {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** Conditions of other types stay as they were; nothing is written when these are there already. */
export async function writeConditions(
  admin: Api,
  namespace: string,
  job: Job,
  conditions: readonly Condition[],
): Promise<void> {
  const workloads = `/apis/${GROUP}/v1beta2/namespaces/${namespace}/workloads`;
  const path = `${workloads}/${nameOf(job)}`;
  const { status } =
    (await findWorkload(admin, path)) ?? (await createObject<Workload>(admin, workloads, of(job)));
  const before = status?.conditions ?? [];
  if (conditions.every((condition) => before.some((old) => isSame(old, condition)))) return;
  const others = before.filter(({ type }) => !conditions.some((condition) => condition.type === type));
  const lastTransitionTime = `${new Date().toISOString().slice(0, 19)}Z`;
  const dated = conditions.map((condition) => ({ ...condition, lastTransitionTime }));
  await patchObject(admin, `${path}/status`, { status: { conditions: [...others, ...dated] } });
}

export function waiting(reason: 'Pending' | 'Inadmissible', message: string): readonly Condition[] {
  return [{ type: 'QuotaReserved', status: 'False', reason, message }];
}

export function admitted(queue: string): readonly Condition[] {
  const message = `Quota reserved in ClusterQueue ${queue}`;
  return [
    { type: 'QuotaReserved', status: 'True', reason: 'QuotaReserved', message },
    { type: 'Admitted', status: 'True', reason: 'Admitted', message: 'The workload is admitted' },
  ];
}

/** What is said of an earlier preemption from then on. */
export function readmitted(): readonly Condition[] {
  const message = `Previously: ${PREEMPTED}`;
  return [
    { type: 'Evicted', status: 'False', reason: 'QuotaReserved', message },
    { type: 'Preempted', status: 'False', reason: 'QuotaReserved', message },
  ];
}

export function preempted(): readonly Condition[] {
  const message = PREEMPTED;
  return [
    { type: 'QuotaReserved', status: 'False', reason: 'Pending', message },
    {
      type: 'Admitted',
      status: 'False',
      reason: 'NoReservation',
      message: 'The workload has no reservation',
    },
    { type: 'Evicted', status: 'True', reason: 'Preempted', message },
    { type: 'Preempted', status: 'True', reason: 'InClusterQueue', message },
  ];
}

export function finished(reason: string, message: string): readonly Condition[] {
  return [{ type: 'Finished', status: 'True', reason, message }];
}

function of(job: Job): object {
  const { name, uid } = job.metadata;
  const owner = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: `${GROUP}/v1beta2`,
    kind: 'Workload',
    metadata: { name: nameOf(job), labels: { [`${GROUP}/job-uid`]: uid }, ownerReferences: [owner] },
    spec: { active: true, queueName: queueOf(job) },
  };
}

function nameOf({ metadata }: Job): string {
  return `job-${metadata.name}-${metadata.uid.slice(0, 5)}`;
}

async function findWorkload(admin: Api, path: string): Promise<Workload | undefined> {
  try {
    return await getObject<Workload>(admin, path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function isSame(left: Condition, right: Condition): boolean {
  return left.type === right.type && left.status === right.status && left.message === right.message;
}
