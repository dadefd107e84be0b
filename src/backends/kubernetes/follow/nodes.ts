import { conditionOf, mainOf, type Pod } from '../api/answers.ts';
import { ANNOTATION } from '../job/names.ts';

/** One of the pods of a run; a run of one node has one. */
export interface ObservedNode {
  readonly rank: number;
  /** As it was last; it may be gone. */
  readonly pod: Pod;
  readonly isGone: boolean;
}

export function rankOf({ metadata }: Pod): number {
  return Number(metadata.annotations?.[ANNOTATION.index] ?? 0);
}

/**
 * A pod with the first request to remove it that was seen: when its containers have ended the kubelet asks once more,
 * without a grace, and the time of the first request is in the object no longer.
 */
export function withFirstRequest(pod: Pod, known: Pod | undefined): Pod {
  if (known?.metadata.uid !== pod.metadata.uid || known.metadata.deletionTimestamp === undefined) return pod;
  const { deletionTimestamp, deletionGracePeriodSeconds } = known.metadata;
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds } };
}

/** Whether the container of the job is there, or was. */
export function hasBegun(pod: Pod | undefined): boolean {
  const { running, terminated } = mainOf(pod)?.state ?? {};
  return running !== undefined || terminated !== undefined;
}

export function isOver({ pod, isGone }: ObservedNode): boolean {
  const phase = pod.status?.phase;
  return (
    isGone || phase === 'Failed' || phase === 'Succeeded' || mainOf(pod)?.state?.terminated !== undefined
  );
}

export function hasFailed(node: ObservedNode): boolean {
  const terminated = mainOf(node.pod)?.state?.terminated;
  return isOver(node) && (terminated === undefined || terminated.exitCode !== 0);
}

/** The one that ended all others: they fail as well, since they miss it or because they were stopped. */
export function firstFailed(nodes: readonly ObservedNode[]): ObservedNode | undefined {
  return nodes.filter(hasFailed).sort(compareFailures)[0];
}

function compareFailures(one: ObservedNode, other: ObservedNode): number {
  return order(one) - order(other) || endOf(one) - endOf(other) || one.rank - other.rank;
}

/**
 * A pod that the cluster takes away is marked before its processes end, and those of others may be faster. One that was
 * stopped, or removed by the controller of its Job, follows another.
 */
function order({ pod }: ObservedNode): number {
  if (conditionOf(pod, 'DisruptionTarget') !== undefined || pod.status?.reason === 'Evicted') return 0;
  const isRemoved = pod.metadata.deletionTimestamp !== undefined;
  return isRemoved || mainOf(pod)?.state?.terminated?.message?.trim() === 'stopped' ? 2 : 1;
}

function endOf({ pod }: ObservedNode): number {
  const end = Date.parse(mainOf(pod)?.state?.terminated?.finishedAt ?? '');
  return Number.isNaN(end) ? Number.MAX_SAFE_INTEGER : end;
}
