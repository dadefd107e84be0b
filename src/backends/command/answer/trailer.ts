import { NoAnswer } from '../../../io/polled/passing.ts';
import type { Standing } from '../../../io/polled/place.ts';
import type { CommandPlace, PlacedRun, Trailer } from '../place/place.ts';
import { trailerOf } from '../plan/wrapper.ts';
import { readLog } from './log.ts';
import { hasWholeLines, isPaged } from './page.ts';

const NEW_LINE = 10;

/** The log without that line, and what it says; `rest`: bytes at its end that may be the beginning of one. */
export interface Cut {
  readonly log: Uint8Array;
  readonly rest: number;
  readonly trailer?: Trailer | undefined;
}

export interface PartOfLog {
  /** Nothing more will come. */
  readonly last: boolean;
  /** It begins with a line of its own. */
  readonly wholeLines: boolean;
}

export function cutTrailer(bytes: Uint8Array, mark: string, { last, wholeLines }: PartOfLog): Cut {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!wholeLines) return cut(buffer, mark, last);
  const { log, ...rest } = cut(Buffer.concat([Buffer.from('\n'), buffer]), mark, true);
  return { ...rest, log: log.subarray(1) };
}

function cut(buffer: Buffer, mark: string, last: boolean): Cut {
  const begins = `\n${mark} `;
  const at = buffer.lastIndexOf(begins);
  if (at >= 0) {
    const end = buffer.indexOf(NEW_LINE, at + 1);
    if (end < 0 && !last) return { log: buffer.subarray(0, at), rest: buffer.length - at };
    const line = buffer.subarray(at + begins.length, end < 0 ? undefined : end).toString();
    const after = end < 0 ? [] : [buffer.subarray(end + 1)];
    return { log: Buffer.concat([buffer.subarray(0, at), ...after]), rest: 0, trailer: trailerIn(line) };
  }
  const rest = last ? 0 : beginningOf(begins, buffer);
  return { log: buffer.subarray(0, buffer.length - rest), rest };
}

/** A newline alone is shown at once: whoever watches waits for it. */
function beginningOf(text: string, buffer: Buffer): number {
  for (let length = Math.min(text.length - 1, buffer.length); length > 1; length--)
    if (buffer.subarray(buffer.length - length).equals(Buffer.from(text.slice(0, length)))) return length;
  return 0;
}

function trailerIn(line: string): Trailer | undefined {
  const [, code, ended] = /^(\d{1,3}) ?(\w*)/.exec(line) ?? [];
  return code === undefined ? undefined : { code: Number(code), isTimeout: ended === 'timeout' };
}

/** How often in a row the end of a log is waited for that a place does not give. */
const MOST_TRIES = 8;

/** How a run ended, as its log tells; undefined: it does not. Many places have the end of a log later than that of the run. */
export async function endIn(
  run: PlacedRun,
  standing: Standing,
  place: CommandPlace,
): Promise<Trailer | undefined> {
  const { ends, site } = place;
  const known = ends.get(run.id);
  if (known?.trailer !== undefined) return known.trailer;
  const tries = (known?.tries ?? 0) + 1;
  const wholeLines = hasWholeLines(site.logs);
  const found = await lastOfLog(run, place).catch(noLog);
  const trailer = found && cutTrailer(found, trailerOf(run), { last: true, wholeLines }).trailer;
  ends.set(run.id, { tries, trailer });
  if (trailer !== undefined || tries >= MOST_TRIES || !hasEndedItself(standing)) return trailer;
  throw new NoAnswer('its log has not come to its end');
}

/** All of it, or its last page that is not empty. */
async function lastOfLog(run: PlacedRun, { site, tool }: CommandPlace): Promise<Uint8Array> {
  let log: Uint8Array = new Uint8Array();
  let cursor: string | undefined;
  for (;;) {
    const part = await readLog(site, { known: run, options: run.options, cursor, hasEnded: true }, tool);
    if (part.log.length > 0) log = part.log;
    if (part.log.length === 0 || site.logs === undefined || !isPaged(site.logs.cursor)) return log;
    cursor = part.cursor;
  }
}

function noLog(error: unknown): undefined {
  if (!(error instanceof NoAnswer)) throw error;
}

function hasEndedItself(standing: Standing): boolean {
  if (standing.state !== 'ended') return false;
  const { reason } = standing.verdict;
  return reason === 'succeeded' || reason === 'failed';
}
