import { messageOf, UserError } from '../../errors.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import { readAnswer } from './answers.ts';
import { nodeLogScript, nodeSizesScript } from './script/ask.ts';
import type { Site } from './site.ts';

/** Bytes of one log: there may be a thousand. */
const MOST = 64 * 1024 ** 2;

/** The logs of all nodes but the first, when they have ended. How the run ended is known: a log that is lost changes nothing. */
export async function* otherLogs(handle: Handle, count: number, site: Site): AsyncGenerator<RunEvent> {
  const at = { rank: 1 };
  try {
    yield* logsOf(handle, count, at, site);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    yield {
      type: 'note',
      message: `the log of node ${at.rank} breaks off: ${messageOf(error)}${rest(at.rank, count)}`,
    };
  }
}

function rest(rank: number, count: number): string {
  return rank === count - 1 ? '' : `; those of the nodes behind it, up to ${count - 1}, are not shown`;
}

async function* logsOf(
  { name }: Handle,
  count: number,
  at: { rank: number },
  site: Site,
): AsyncGenerator<RunEvent> {
  if (count < 2) return;
  const cut: number[] = [];
  const { answer } = readAnswer(await site.shell.run(nodeSizesScript(site.settings, name, count)));
  for (let rank = 1; rank < count; rank++) {
    at.rank = rank;
    const { hasMore, read } = yield* logOf(name, rank, site);
    const size = Number(answer.get(String(rank)) ?? 0);
    if (hasMore) cut.push(rank);
    else if (read < size) yield { type: 'note', message: notSeen(`the log of node ${rank}`, size, read) };
  }
  if (cut.length === 0) return;
  const which = cut.length === 1 ? `node ${cut[0]}` : `the nodes ${cut.join(', ')}`;
  yield { type: 'note', message: `the log of ${which} is too long to be kept whole` };
}

/** What is said of a log whose end a shared file system does not show. */
export function notSeen(log: string, size: number, read: number): string {
  return `the end of ${log} is not seen: it has ${size} bytes, of which ${read} can be read`;
}

interface ReadLog {
  readonly read: number;
  /** Whether there is more of it than is kept. */
  readonly hasMore: boolean;
}

async function* logOf(
  name: string,
  rank: number,
  { settings, shell }: Site,
): AsyncGenerator<RunEvent, ReadLog> {
  let room = MOST;
  for await (const piece of await shell.open(nodeLogScript(settings, name, rank, MOST))) {
    const bytes = (piece as Buffer).subarray(0, room);
    if (bytes.length > 0) yield { type: 'log', stream: 'stdout', bytes, node: rank };
    if (bytes.length < (piece as Buffer).length) return { hasMore: true, read: MOST };
    room -= bytes.length;
  }
  return { hasMore: false, read: MOST - room };
}
