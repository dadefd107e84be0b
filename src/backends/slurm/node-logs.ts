import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import { nodeLogScript } from './script/ask.ts';
import type { Site } from './site.ts';

/** Bytes of one log: there may be a thousand. */
const MOST = 64 * 1024 ** 2;

/** The logs of all nodes but the first, when they have ended. */
export async function* otherLogs({ name }: Handle, count: number, site: Site): AsyncGenerator<RunEvent> {
  const cut: number[] = [];
  for (let rank = 1; rank < count; rank++) if (yield* logOf(name, rank, site)) cut.push(rank);
  if (cut.length === 0) return;
  const which = cut.length === 1 ? `node ${cut[0]}` : `the nodes ${cut.join(', ')}`;
  yield { type: 'note', message: `the log of ${which} is too long to be kept whole` };
}

/** Whether there is more of it than is kept. */
async function* logOf(
  name: string,
  rank: number,
  { settings, shell }: Site,
): AsyncGenerator<RunEvent, boolean> {
  let room = MOST;
  for await (const piece of await shell.open(nodeLogScript(settings, name, rank, MOST))) {
    const bytes = (piece as Buffer).subarray(0, room);
    if (bytes.length > 0) yield { type: 'log', stream: 'stdout', bytes, node: rank };
    if (bytes.length < (piece as Buffer).length) return true;
    room -= bytes.length;
  }
  return false;
}
