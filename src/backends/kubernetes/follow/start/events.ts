import { type Event, Events } from '../../api/answers.ts';
import type { Cluster, Target } from '../../job/cluster.ts';
import { told } from './told.ts';

/** Of an object, the newest last; none where they may not be read, or nobody answers just now. */
export async function eventsOf(
  uid: string,
  { namespace }: Target,
  cluster: Cluster,
): Promise<readonly Event[]> {
  const path = `/api/v1/namespaces/${namespace}/events`;
  const value = await told(path, { fieldSelector: `involvedObject.uid=${uid}` }, cluster);
  if (value === undefined) return [];
  return Events.parse(value)
    .items.slice()
    .sort((one, other) => timeOf(one) - timeOf(other));
}

export interface NewestEvent {
  readonly event: Event | undefined;
  /** Milliseconds since 1970, by the clock of the node; before all times where there is none. */
  readonly time: number;
}

export function newestOf(events: readonly Event[], isMeant: (event: Event) => boolean): NewestEvent {
  const event = events
    .filter(isMeant)
    .sort((one, other) => timeOf(one) - timeOf(other))
    .at(-1);
  return { event, time: event === undefined ? Number.NEGATIVE_INFINITY : timeOf(event) };
}

/** Of one that came again, when it did so last; those of the kubelet are in whole seconds. */
function timeOf({ eventTime, lastTimestamp, metadata }: Event): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;
}
