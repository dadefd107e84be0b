import * as z from 'zod';
import type { RunEvent } from '../../../run/types/event.ts';

/** Longer ones are no times. */
const MAX_TIME = 64;

type LogEvent = Extract<RunEvent, { type: 'log' }>;

/**
 * Where a log was read to: of each stream the time of the last entry, and how many entries of that time there were.
 * A long line is several entries of one time. Within a stream times never fall; between the streams they may.
 */
export interface LogPosition {
  readonly stdout?: StreamPosition | undefined;
  readonly stderr?: StreamPosition | undefined;
}

export interface StreamPosition {
  /** As the engine wrote it. */
  readonly time: string;
  readonly count: number;
}

const Stream = z.object({ time: z.string().max(MAX_TIME), count: z.number().int() }).optional();
const Position = z.object({ stdout: Stream, stderr: Stream });

/** A position that was written as JSON; anything else is the beginning. */
export function parsePosition(text: string | undefined): LogPosition {
  if (text === undefined) return {};
  try {
    return Position.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return {};
    throw error;
  }
}

const HEADER = 8;
const STDERR = 2;
const SPACE = 0x20;
const ZULU = 0x5a;
/** `2026-01-02T03:04:05.123456789Z` */
const TIME = 30;
/** Entries have at most 16 KiB; whatever is far longer is no log. */
const MAX_FRAME = 16 * 1024 * 1024;

/**
 * Reads the multiplexed log with timestamps: frames of stream, length, time, text
 * (https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container/operation/ContainerAttach).
 * Works in place: of each piece of the answer the texts are moved together, and nothing is made per line.
 */
export class LogReader {
  readonly #streams: readonly [StreamCursor, StreamCursor];
  #rest: Buffer = Buffer.alloc(0);

  constructor(from: LogPosition = {}) {
    this.#streams = [new StreamCursor(from.stdout), new StreamCursor(from.stderr)];
  }

  get position(): LogPosition {
    const [stdout, stderr] = this.#streams;
    return { stdout: stdout.position, stderr: stderr.position };
  }

  /** Takes the buffer over; the events' bytes are parts of it. */
  push(chunk: Buffer): readonly LogEvent[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const texts = new Texts(bytes);
    let at = 0;
    for (let end = frameEnd(bytes, at); end > at; end = frameEnd(bytes, at)) {
      const isError = bytes[at] === STDERR;
      const text = textStart(bytes, at + HEADER, end);
      const isNew = this.#streams[isError ? 1 : 0].isNew(bytes, at + HEADER, text);
      if (isNew) texts.add(isError ? 'stderr' : 'stdout', text, end);
      at = end;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    return texts.events();
  }
}

/** Moves the texts of a buffer to its beginning; those of one stream that follow each other become one event. */
class Texts {
  readonly #bytes: Buffer;
  readonly #events: LogEvent[] = [];
  #stream: 'stdout' | 'stderr' = 'stdout';
  #from = 0;
  #to = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  add(stream: 'stdout' | 'stderr', start: number, end: number): void {
    if (stream !== this.#stream) this.#finish();
    this.#stream = stream;
    this.#bytes.copyWithin(this.#to, start, end);
    this.#to += end - start;
  }

  events(): readonly LogEvent[] {
    this.#finish();
    return this.#events;
  }

  #finish(): void {
    if (this.#to === this.#from) return;
    this.#events.push({
      type: 'log',
      stream: this.#stream,
      bytes: this.#bytes.subarray(this.#from, this.#to),
    });
    this.#from = this.#to;
  }
}

/** Where the frame at `at` ends; `at` itself while it is incomplete. */
function frameEnd(bytes: Buffer, at: number): number {
  if (at + HEADER > bytes.length) return at;
  const end = at + HEADER + frameLength(bytes, at);
  return end > bytes.length ? at : end;
}

function frameLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at + 4);
  if (length > MAX_FRAME || (bytes[at] ?? 0) > STDERR)
    throw new Error('what the engine sent is not a container log');
  return length;
}

function textStart(bytes: Buffer, start: number, end: number): number {
  if (start + TIME < end && bytes[start + TIME] === SPACE && bytes[start + TIME - 1] === ZULU)
    return start + TIME + 1;
  const space = bytes.subarray(start, Math.min(end, start + MAX_TIME)).indexOf(SPACE);
  return space < 0 ? start : start + space + 1;
}

class StreamCursor {
  /** The last time, as bytes, and its length. */
  readonly #time = Buffer.alloc(MAX_TIME);
  #length = 0;
  #count = 0;
  /** What an earlier reading ended with, until something newer comes. */
  #seen: StreamPosition | undefined;

  constructor(seen: StreamPosition | undefined) {
    this.#seen = seen;
    if (seen === undefined) return;
    this.#length = this.#time.write(seen.time, 'latin1');
  }

  get position(): StreamPosition | undefined {
    if (this.#seen !== undefined) return this.#seen;
    return this.#length === 0
      ? undefined
      : { time: this.#time.toString('latin1', 0, this.#length), count: this.#count };
  }

  /** Counts an entry whose time stands at `start`; false for one that was read before. */
  isNew(bytes: Buffer, start: number, text: number): boolean {
    const length = Math.max(0, text - start - 1);
    if (this.#isLast(bytes, start, length)) this.#count++;
    else if (!this.#remember(bytes, start, length)) return false;
    if (this.#seen === undefined) return true;
    if (this.#count <= this.#seen.count) return false;
    this.#seen = undefined;
    return true;
  }

  /** From the end: the nanoseconds differ first. */
  #isLast(bytes: Buffer, start: number, length: number): boolean {
    if (length !== this.#length) return false;
    for (let index = length - 1; index >= 0; index--) {
      if (bytes[start + index] !== this.#time[index]) return false;
    }
    return true;
  }

  /** false: it is older than where an earlier reading ended. */
  #remember(bytes: Buffer, start: number, length: number): boolean {
    if (this.#seen !== undefined) {
      if (compareTimes(bytes.toString('latin1', start, start + length), this.#seen.time) < 0) return false;
      this.#seen = undefined;
    }
    for (let index = 0; index < length; index++) this.#time[index] = bytes[start + index] ?? 0;
    this.#length = length;
    this.#count = 1;
    return true;
  }
}

/** Docker writes nine digits and Z; Podman leaves zeros out and may write an offset. */
export function compareTimes(one: string, other: string): number {
  const [[seconds, nanos], [otherSeconds, otherNanos]] = [timeOf(one), timeOf(other)];
  return seconds - otherSeconds || nanos - otherNanos;
}

/** Whole seconds since 1970 and nanoseconds. */
export function timeOf(text: string): readonly [number, number] {
  const [, whole = '', fraction = '', zone = 'Z'] =
    /^([\d-]+T[\d:]+)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  return [Math.floor(Date.parse(whole + zone) / 1_000), Number(fraction.padEnd(9, '0'))];
}
