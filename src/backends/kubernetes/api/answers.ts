import * as z from 'zod';

/** What is read of the objects of a cluster; everything else of them passes unseen. */
const texts = z.record(z.string(), z.string()).optional();

const Metadata = z.object({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string().optional(),
  creationTimestamp: z.string().optional(),
  /** When its grace is over. */
  deletionTimestamp: z.string().optional(),
  deletionGracePeriodSeconds: z.number().optional(),
  labels: texts,
  annotations: texts,
});

/** Anything that may belong to something else. */
export const Owned = z.object({
  metadata: Metadata.extend({
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).optional(),
  }),
});
export type Owned = z.infer<typeof Owned>;

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
});
export type Condition = z.infer<typeof Condition>;

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/ */
export const Job = z.object({
  metadata: Metadata,
  spec: z.object({ suspend: z.boolean().optional(), completions: z.number().optional() }),
  status: z.object({ conditions: z.array(Condition).optional(), active: z.number().optional() }).optional(),
});
export type Job = z.infer<typeof Job>;

const Terminated = z.object({
  exitCode: z.number(),
  signal: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});
export type Terminated = z.infer<typeof Terminated>;

const ContainerStatus = z.object({
  name: z.string(),
  state: z
    .object({
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
      running: z.object({ startedAt: z.string().nullish() }).optional(),
      terminated: Terminated.optional(),
    })
    .optional(),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export const Pod = z.object({
  metadata: Metadata,
  spec: z.object({ nodeName: z.string().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z.array(Condition).optional(),
      initContainerStatuses: z.array(ContainerStatus).optional(),
      containerStatuses: z.array(ContainerStatus).optional(),
    })
    .optional(),
});
export type Pod = z.infer<typeof Pod>;

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
const Event = z.object({
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  metadata: z.object({ creationTimestamp: z.string().nullish() }),
});
export type Event = z.infer<typeof Event>;

/** https://kueue.sigs.k8s.io/docs/reference/kueue.v1beta2/ */
const Workload = z.object({ status: z.object({ conditions: z.array(Condition).optional() }).optional() });
export type Workload = z.infer<typeof Workload>;

export const Secret = z.object({ metadata: Metadata, data: texts });

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    metadata: z.object({ resourceVersion: z.string().optional() }).optional(),
    items: z.array(item),
  });
}
export const Events = listOf(Event);
export const Workloads = listOf(Workload);
export const Jobs = listOf(Job);

/** A line of a watch: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export const WatchEvent = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.looseObject({
    metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional(),
    code: z.number().optional(),
  }),
});

/** The container that the job runs in; the other one only keeps its outputs. */
export function mainOf(pod: Pod | undefined): ContainerStatus | undefined {
  return pod?.status?.containerStatuses?.find(({ name }) => name === 'main');
}

/** The container that the one of the job waits for; undefined: there is none, or it has done its work. */
export function initOf(pod: Pod | undefined): ContainerStatus | undefined {
  return pod?.status?.initContainerStatuses?.find(({ state }) => state?.terminated?.exitCode !== 0);
}

/** The container that the pod cannot start, or does start next. */
export function startingOf(pod: Pod | undefined): ContainerStatus | undefined {
  return initOf(pod) ?? mainOf(pod);
}

/** The container that keeps the outputs. */
export function keeperOf(pod: Pod): ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === 'outputs');
}

export function conditionOf(
  object:
    | { readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined }
    | undefined,
  ...types: readonly string[]
): Condition | undefined {
  return object?.status?.conditions?.find(({ type, status }) => types.includes(type) && status === 'True');
}
