import { NoAnswer } from '../../../io/polled/passing.ts';
import type { CommandSite } from '../../../jobspec/job/sites.ts';
import type { Tool } from '../place/tool.ts';
import { fillWords } from '../plan/fill.ts';

export interface LogPart {
  readonly log: Uint8Array;
  readonly cursor: string;
}

export interface LogQuestion {
  readonly known: { readonly name: string; readonly id: string };
  readonly options: ReadonlyMap<string, string>;
  readonly cursor: string | undefined;
}

const NEW_LINE = 10;

/** What the log has beyond the cursor: a number of bytes, or of lines. */
export async function readLog(
  { logs }: Pick<CommandSite, 'logs'>,
  { cursor = '0', known, options }: LogQuestion,
  tool: Tool,
): Promise<LogPart> {
  if (logs === undefined) return { log: new Uint8Array(), cursor };
  const answer = await tool.run(
    fillWords(logs.run, { known: { name: known.name, id: known.id, cursor }, options }),
  );
  // Before a run has started, most places have no log, and say so by an error.
  if (answer.code !== 0)
    throw new NoAnswer(answer.stderr.trim().slice(-400) || `it ended with ${answer.code}`);
  const bytes = logs.strip === undefined ? answer.bytes : stripped(answer.bytes, logs.strip);
  const seen = Number(cursor);
  if (logs.cursor === 'lines') return wholeLines(bytes, seen);
  const log = logs.cursor === 'whole' ? bytes.subarray(Math.min(seen, bytes.length)) : bytes;
  return { log, cursor: String(seen + log.length) };
}

/** A line that has not ended is read again when it has. */
function wholeLines(bytes: Buffer, seen: number): LogPart {
  const end = bytes.lastIndexOf(NEW_LINE) + 1;
  const log = bytes.subarray(0, end);
  const count = log.reduce((sum, byte) => sum + (byte === NEW_LINE ? 1 : 0), 0);
  return { log, cursor: String(seen + count) };
}

function stripped(bytes: Buffer, pattern: RegExp): Buffer {
  const every = new RegExp(pattern.source, `g${pattern.flags}`);
  return Buffer.from(bytes.toString('latin1').replace(every, ''), 'latin1');
}
