import { type Line, MAX_TEXT } from './text-lines.ts';
import type { Unread } from './unread.ts';

/** Reads records, each of one line or of several, and holds the lines of the one that is open. */
export interface RecordReader {
  /** `isAlone`: no line after this one may belong to its record. */
  line(line: Line, isAlone: boolean): RecordFailure | undefined;
  /** No line comes any more; undefined: nothing is open. */
  end(): RecordFailure | undefined;
}

/** A way in which metrics are written. */
export interface MetricsFormat extends RecordReader {
  /** What of whole records was not read, in sentences. */
  remarks(): readonly string[];
}

/** A record did not end: nothing is open any more. */
export interface RecordFailure {
  /** Of what cannot be read; undefined: the first line was taken as it stands. */
  readonly unread?: { readonly line: number; readonly why: string } | undefined;
  /** Lines that are looked at again, without the first. */
  readonly again: readonly Line[];
}

export const TORN = 'it is incomplete';

/** After so many records that did not end, none is looked for beyond its line: else a bad file takes its length squared. */
const MAX_RETRIES = 10;

export interface RecordLines {
  push(line: Line): void;
  end(): void;
}

/** One line that cannot be read takes no other with it. */
export function createRecordLines(reader: RecordReader, unread: Unread): RecordLines {
  let retries = 0;

  function push(line: Line): void {
    if (line.isTooLong) {
      end();
      unread.add(line.number, `it is longer than ${MAX_TEXT / 1024 ** 2} Mi characters`);
    } else retry(reader.line(line, retries >= MAX_RETRIES));
  }

  function retry(refused: RecordFailure | undefined): void {
    if (refused === undefined) return;
    if (refused.unread !== undefined) unread.add(refused.unread.line, refused.unread.why);
    if (refused.again.length > 0) retries += 1;
    for (const line of refused.again) push(line);
  }

  function end(): void {
    for (let refused = reader.end(); refused !== undefined; refused = reader.end()) retry(refused);
  }

  return { push, end };
}
