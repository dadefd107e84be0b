/** Where a log was read to: so many lines of this time are whole, and so many bytes of the next one. */
export interface Position {
  /** As the log has it. */
  readonly time: string;
  readonly count: number;
  readonly bytes: number;
}

/** A time of a log is much shorter. */
const LONGEST_TIME = 64;
/** RFC 3339, as the kubelet writes it before each line. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
/** Bytes that are kept of what the kubelet says in the place of lines. */
const NOTICE_BYTES = 500;
const SPACE = 32;
const NEWLINE = 10;
const ZERO = 48;
const NINE = 57;

/**
 * Takes the timestamps off a log as it comes, and leaves out what was read before: a log can be asked for from a whole
 * second on, and so begins with lines that are known. A kubelet that fails when it has begun to answer writes why into
 * the log, where a line without a timestamp is none of the job.
 */
export class LogCursor {
  readonly #from: Position | undefined;
  #position: Position | undefined;
  /** Lines with the time of `#from` that came by. */
  #met = 0;
  #isPast: boolean;
  #isGap = false;
  /** The timestamp of a line, as far as it came. */
  #head: Buffer = Buffer.alloc(0);
  /** Bytes of the line that are known, or Infinity; undefined: its timestamp is not complete. */
  #skip: number | undefined;
  /** The first line without a timestamp, as far as it came. */
  #notice: Buffer | undefined;
  #isInNotice = false;

  constructor(from?: Position) {
    this.#from = from;
    this.#position = from;
    this.#isPast = from === undefined;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** Whether the log did not have the line any more that was read last: what came after it may be missing. */
  get isGap(): boolean {
    return this.#isGap;
  }

  /** What the kubelet said in the place of lines; undefined: all that came was the log. */
  get notice(): string | undefined {
    return this.#notice?.toString('utf8').trim();
  }

  /** What is new in a piece of the log. */
  push(piece: Buffer): readonly Buffer[] {
    const fresh: Buffer[] = [];
    let rest = piece;
    while (rest.length > 0) {
      if (this.#isInNotice) rest = this.#readNotice(rest);
      else if (this.#skip === undefined) rest = this.#readTime(rest);
      else rest = this.#readText(rest, this.#skip, fresh);
    }
    return fresh;
  }

  /** What follows a timestamp, to the end of the line, without the bytes of it that are known. */
  #readText(piece: Buffer, skip: number, fresh: Buffer[]): Buffer {
    const newline = piece.indexOf(NEWLINE);
    const part = newline < 0 ? piece : piece.subarray(0, newline + 1);
    const unknown = part.subarray(Math.min(skip, part.length));
    this.#skip = skip - (part.length - unknown.length);
    if (unknown.length > 0) fresh.push(this.#read(unknown));
    if (newline >= 0) this.#endLine();
    return piece.subarray(part.length);
  }

  #readTime(piece: Buffer): Buffer {
    const part = piece.subarray(0, LONGEST_TIME + 1);
    const end = endOfWord(part);
    const head = Buffer.concat([this.#head, end < 0 ? part : part.subarray(0, end)]);
    this.#head = Buffer.alloc(0);
    if (end < 0 && mayBecomeTime(head)) {
      this.#head = head;
      return piece.subarray(part.length);
    }
    const time = head.toString('latin1');
    if (!TIME.test(time)) return this.#beginNotice(head, piece.subarray(end < 0 ? part.length : end));
    this.#beginLine(time);
    return piece.subarray(piece[end] === SPACE ? end + 1 : end);
  }

  #beginNotice(head: Buffer, rest: Buffer): Buffer {
    this.#isInNotice = true;
    // An empty line says nothing.
    if (head.length > 0 || rest[0] === SPACE) this.#notice ??= Buffer.alloc(0);
    return this.#readNotice(Buffer.concat([head, rest]));
  }

  /** Only the first line is kept. */
  #readNotice(piece: Buffer): Buffer {
    const newline = piece.indexOf(NEWLINE);
    const part = newline < 0 ? piece : piece.subarray(0, newline + 1);
    const isFirst = this.#notice?.includes(NEWLINE) === false;
    if (this.#notice !== undefined && isFirst)
      this.#notice = Buffer.concat([this.#notice, part]).subarray(0, NOTICE_BYTES);
    this.#isInNotice = newline < 0;
    return piece.subarray(part.length);
  }

  #beginLine(time: string): void {
    this.#skip = this.#known(time);
    if (this.#skip > 0) return;
    const { time: last, count = 0 } = this.#position ?? {};
    this.#position = { time, count: last === time ? count : 0, bytes: 0 };
  }

  /** How many bytes of a line of this time were read before. */
  #known(time: string): number {
    if (this.#isPast || this.#from === undefined) return 0;
    const order = compareTimes(time, this.#from.time);
    if (order < 0) return Number.POSITIVE_INFINITY;
    if (order === 0 && this.#met < this.#from.count) {
      this.#met += 1;
      // What comes after the last known line is new, also where the clock of the node was set back.
      this.#isPast = this.#met === this.#from.count && this.#from.bytes === 0;
      return Number.POSITIVE_INFINITY;
    }
    this.#isPast = true;
    if (order === 0) return this.#from.bytes;
    this.#isGap = this.#met < this.#from.count || this.#from.bytes > 0;
    return 0;
  }

  #read(bytes: Buffer): Buffer {
    const { time = '', count = 0, bytes: before = 0 } = this.#position ?? {};
    this.#position = { time, count, bytes: before + bytes.length };
    return bytes;
  }

  #endLine(): void {
    const wasKnown = this.#skip === Number.POSITIVE_INFINITY;
    this.#skip = undefined;
    if (wasKnown || this.#position === undefined) return;
    this.#position = { ...this.#position, count: this.#position.count + 1, bytes: 0 };
  }
}

/** Where a word ends; -1: not in this piece. */
function endOfWord(piece: Buffer): number {
  const space = piece.indexOf(SPACE);
  const newline = piece.indexOf(NEWLINE);
  return newline < 0 || (space >= 0 && space < newline) ? space : newline;
}

/** Whether a head that is not complete may be the beginning of a timestamp. */
function mayBecomeTime(head: Buffer): boolean {
  const first = head[0] ?? ZERO;
  return head.length <= LONGEST_TIME && first >= ZERO && first <= NINE;
}

/** A log is asked for from a whole second on, which is the server's own measure. */
export function sinceTime(position: Position | undefined): string | undefined {
  if (position === undefined) return undefined;
  const [seconds] = partsOf(position.time);
  return Number.isNaN(seconds) ? undefined : `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`;
}

function compareTimes(one: string, other: string): number {
  const [seconds, nanoseconds] = partsOf(one);
  const [otherSeconds, otherNanoseconds] = partsOf(other);
  return seconds - otherSeconds || nanoseconds - otherNanoseconds;
}

/** Seconds since 1970 and nanoseconds of an RFC 3339 time. */
function partsOf(time: string): readonly [number, number] {
  const [, whole = '', fraction = '', zone = ''] =
    /^([^.Z+]+)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return [Date.parse(`${whole}${zone}`) / 1_000, Number(fraction.padEnd(9, '0').slice(0, 9))];
}

export function parsePosition(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  const { time, count, bytes } = JSON.parse(text) as Record<string, unknown>;
  if (typeof time !== 'string' || typeof count !== 'number' || typeof bytes !== 'number') return undefined;
  return { time, count, bytes };
}
