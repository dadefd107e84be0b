import type { RunEvent } from '../../../run/types/event.ts';
import type { Handle } from '../../../run/types/handle.ts';
import { mainOf } from '../api/answers.ts';
import type { ReadyInputs } from '../inputs/bring.ts';
import { askUntil } from '../job/ask-until.ts';
import type { Cluster } from '../job/cluster.ts';
import { removeJob } from '../job/remove.ts';
import { endOf } from './ending.ts';
import { readOthers } from './other-nodes.ts';
import type { ObservedRun, SightOptions } from './sight.ts';
import { askedUntil, graceOf, leftWith, lostContact, unreached } from './unreached.ts';
import { hasEnded, isLost } from './wait-for-start.ts';

export interface FollowOptions extends SightOptions {
  /** When it comes the run is stopped. */
  readonly signal: AbortSignal;
  /** When it comes a run that still stops is left to whoever follows it next. */
  readonly leaving?: AbortSignal | undefined;
  /** What an earlier process added to the handle when it left. */
  readonly native: Handle['native'];
  /** What the pod waits for before it starts; undefined: nothing that this process has. */
  readonly inputs?: ReadyInputs | undefined;
}

export function isUnstarted({ pod }: ObservedRun): boolean {
  const state = mainOf(pod)?.state;
  return state === undefined || state.waiting !== undefined;
}

export async function* endUnstarted(
  following: FollowOptions,
  sight: ObservedRun,
  cluster: Cluster,
): AsyncGenerator<RunEvent> {
  const { leaving, signal, target } = following;
  if (leaving?.aborted === true && !signal.aborted && !hasEnded(sight))
    return yield leftWith({ reason: 'cancelled', detail: 'it waits to be started' });
  if (signal.aborted) return yield await removeUnstarted(following, sight, cluster);
  const lost = isLost(sight, cluster);
  // Another node may have run, and tell why.
  if (!lost) yield* readOthers(sight.nodes, target, cluster);
  yield { type: 'end', verdict: lost ? lostContact(target, sight) : endOf(sight, false, false) };
}

/** Of one of which nobody knows how it stands, outputs may be there. */
async function removeUnstarted(
  { leaving, native, run, target }: FollowOptions,
  sight: ObservedRun,
  cluster: Cluster,
): Promise<RunEvent> {
  const { clock } = cluster;
  const until = leaving?.aborted ? clock.now() : askedUntil(graceOf(sight, cluster), cluster);
  const failure = sight.isComplete
    ? await askUntil(until, cluster, (one) => removeJob(target, one.cluster))
    : (sight.lost?.error ?? { message: 'the cluster does not answer' });
  if (failure === undefined) return { type: 'end', verdict: endOf(sight, true, false) };
  return leftWith(unreached({ run, native, sight, isTold: false }, failure));
}
