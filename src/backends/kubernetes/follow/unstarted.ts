import type { RunEvent } from '../../../run/types/event.ts';
import type { Handle } from '../../../run/types/handle.ts';
import { mainOf } from '../api/answers.ts';
import type { ReadyInputs } from '../inputs/bring.ts';
import { askUntil } from '../job/ask-until.ts';
import type { Cluster } from '../job/cluster.ts';
import { removeJob } from '../job/remove.ts';
import { endOf } from './ending.ts';
import type { ObservedRun, ObserveOptions } from './observed-run.ts';
import { readOthers } from './other-nodes.ts';
import { hasEnded, isLost } from './start/wait-for-start.ts';
import { askedUntil, graceOf, leftWith, lostContact, unreached } from './unreached.ts';

export interface FollowOptions extends ObserveOptions {
  /** When it comes the run is stopped. */
  readonly signal: AbortSignal;
  /** When it comes a run that still stops is left to whoever follows it next. */
  readonly leaving?: AbortSignal | undefined;
  /** Only what is there of the log is read, until this comes, and a run that goes on is left. */
  readonly soFar?: AbortSignal;
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
  observed: ObservedRun,
  cluster: Cluster,
): AsyncGenerator<RunEvent> {
  const { leaving, signal, target } = following;
  if (leaving?.aborted === true && !signal.aborted && !hasEnded(observed))
    return yield leftWith({ reason: 'cancelled', detail: 'it waits to be started' });
  if (signal.aborted) return yield await removeUnstarted(following, observed, cluster);
  const lost = isLost(observed, cluster);
  // Another node may have run, and tell why.
  if (!lost) yield* readOthers(observed.nodes, target, cluster);
  yield { type: 'end', verdict: lost ? lostContact(target, observed) : endOf(observed, false, false) };
}

/** Of one of which nobody knows how it stands, outputs may be there. */
async function removeUnstarted(
  { leaving, native, run, target }: FollowOptions,
  observed: ObservedRun,
  cluster: Cluster,
): Promise<RunEvent> {
  const { clock } = cluster;
  const until = leaving?.aborted ? clock.now() : askedUntil(graceOf(observed, cluster), cluster);
  const failure = observed.isComplete
    ? await askUntil(until, cluster, (one) => removeJob(target, one.cluster))
    : (observed.lost?.error ?? { message: 'the cluster does not answer' });
  if (failure === undefined) return { type: 'end', verdict: endOf(observed, true, false) };
  return leftWith(unreached({ run, native, observed, isTold: false }, failure));
}
