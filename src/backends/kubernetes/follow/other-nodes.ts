import { NEVER } from '../../../never.ts';
import type { RunEvent } from '../../../run/types/event.ts';
import type { Cluster, Target } from '../job/cluster.ts';
import { readLog } from './log.ts';
import { LogCursor } from './log-cursor.ts';
import { hasBegun, isOver, type ObservedNode } from './nodes.ts';
import type { ObservedRun } from './observed-run.ts';
import { hasEnded } from './start/wait-for-start.ts';

/** Whether no node runs any more; one that has not begun never will, once another has failed. */
export function areOver(observed: ObservedRun): boolean {
  const rest = observed.nodes.filter((node) => !isOver(node));
  if (hasEnded(observed)) return rest.every(({ pod }) => !hasBegun(pod));
  return observed.nodes.length === observed.count && rest.length === 0;
}

/** Bytes of one log: there may be a thousand, and a node of a cluster keeps less by itself. */
const MOST = 64 * 1024 ** 2;
/** Milliseconds between two tries to read a log. */
const PAUSE = 1_000;
const TRIES = 3;
/** The logs of all nodes but the first, each as a whole, as far as their machines have them. */
export async function* readOthers(
  nodes: readonly ObservedNode[],
  target: Target,
  cluster: Cluster,
): AsyncGenerator<RunEvent> {
  const lost: number[] = [];
  for (const node of nodes.filter(({ rank, pod }) => rank > 0 && hasBegun(pod)))
    if (!(yield* readNode(node, target, cluster))) lost.push(node.rank);
  if (lost.length === 0) return;
  const which = lost.length === 1 ? `node ${lost[0]}` : `the nodes ${lost.join(', ')}`;
  yield {
    type: 'note',
    message: `the log of ${which} is not kept whole: it is too long, or went away with its pod`,
  };
}

/** Whether it could be read to its end. */
async function* readNode(
  { rank, pod }: ObservedNode,
  { namespace }: Target,
  cluster: Cluster,
): AsyncGenerator<RunEvent, boolean> {
  const call = { namespace, pod: pod.metadata.name, follow: false, signal: NEVER };
  let cursor = new LogCursor();
  let size = 0;
  for (let tries = TRIES; tries > 0; tries--) {
    const pieces = readLog(call, cursor, cluster);
    let piece = await pieces.next();
    while (!piece.done) {
      yield { type: 'log', stream: 'stdout', bytes: piece.value, node: rank };
      size += piece.value.length;
      if (size > MOST) {
        await pieces.return({ kind: 'over' });
        return false;
      }
      piece = await pieces.next();
    }
    if (piece.value.kind === 'over') return true;
    cursor = new LogCursor(cursor.position);
    await cluster.clock.sleep(PAUSE);
  }
  return false;
}
