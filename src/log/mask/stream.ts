import type { Search, Span } from './search.ts';
import {
  ALL_HIDDEN,
  characterSize,
  finishedLength,
  hasEscapes,
  hasTags,
  isLineBreak,
  type Reading,
  sequenceStart,
} from './unseen.ts';
import { type View, viewOf } from './view.ts';

/** One stream of bytes on its way to where it is kept or shown. */
export interface MaskedStream {
  /** What of it may go on: all but the end, when a secret may begin there. */
  push(bytes: Uint8Array): Uint8Array;
  /** The rest. */
  end(): Uint8Array;
  /** Whether what came out last holds no more than three characters of a value one after the other, as it is seen. */
  isClear(): boolean;
}

export const MASK = '***';

/**
 * Characters. A shorter text is a word that lines can end and begin with by accident: it is hidden inside of a line
 * only. And so much of a text is let go with its line, for a log that is followed live must not wait.
 */
const SHORTEST_ACROSS_LINES = 8;

const LF = 0x0a;
/** Bytes, in which there are three characters but where somebody hides them. */
const LAST_LINES = 256;
const NOTHING = new Uint8Array();
const MASK_BYTES = new TextEncoder().encode(MASK);

/** Everything but the spans that hold a secret comes out as it was; `search` is asked for with each piece. */
export function createMaskedStream(search: () => Search | undefined): MaskedStream {
  return new Stream(search);
}

/** More than any text takes, unless somebody fills it with what nobody sees. */
const MOST_HELD = 64 * 1024;

/** What stands where in the bytes that wait. */
interface PendingBytes {
  /** In the order of their beginnings. */
  readonly spans: readonly Span[];
  /** Where a text may begin that the end cuts off. */
  readonly open: number;
  /** It, when so much of it is there that it is no accident. */
  readonly brokenOff: readonly Span[];
  /** What stands before it may go, whatever comes next: of that text, the lines that ended early. */
  readonly free: number;
}

class Stream implements MaskedStream {
  readonly #search: () => Search | undefined;
  /** From where a text may have begun. */
  #held: Uint8Array = NOTHING;
  /** So much of it has gone on already. */
  #gone = 0;
  /** The last that went on is a mask. */
  #isMasked = false;
  #isClear = true;

  constructor(search: () => Search | undefined) {
    this.#search = search;
  }

  push(bytes: Uint8Array): Uint8Array {
    const search = this.#search();
    if (search === undefined) return bytes;
    const raw = joined(this.#held, bytes);
    const { spans, open, free, isClear } = look(raw.subarray(0, finishedLength(raw)), search);
    this.#isClear = isClear;
    // A text that was found goes on whole, though another may begin in it.
    const end = spans.reduce(
      (to, span) => (span.start < to ? Math.max(to, span.end) : to),
      Math.max(free, this.#gone),
    );
    const shown = this.#write(raw, end, spans);
    this.#held = raw.slice(open);
    this.#gone = end - open;
    return shown;
  }

  end(): Uint8Array {
    const search = this.#search();
    const raw = joined(this.#held);
    if (search === undefined || raw.length === 0) return NOTHING;
    const { spans, brokenOff, isClear } = look(raw, search);
    this.#isClear = isClear;
    const shown = this.#write(raw, raw.length, [...spans, ...brokenOff].sort(byStart));
    this.#held = NOTHING;
    this.#gone = 0;
    return shown;
  }

  isClear(): boolean {
    return this.#isClear;
  }

  /** What has not gone on yet, up to `end`. */
  #write(raw: Uint8Array, end: number, spans: readonly Span[]): Uint8Array {
    const pieces: Uint8Array[] = [];
    let at = this.#gone;
    for (const span of spans) {
      if (span.start >= end) break;
      if (span.end <= at) continue;
      this.#plain(raw.subarray(at, span.start), pieces);
      this.#mask(raw.subarray(Math.max(at, span.start), span.end), pieces);
      at = span.end;
    }
    this.#plain(raw.subarray(at, end), pieces);
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : joined(...pieces);
  }

  #plain(bytes: Uint8Array, pieces: Uint8Array[]): void {
    if (bytes.length === 0) return;
    pieces.push(bytes);
    this.#isMasked = false;
  }

  /** Lines stay lines. */
  #mask(bytes: Uint8Array, pieces: Uint8Array[]): void {
    let start = 0;
    for (let at = 0; at <= bytes.length; at++) {
      if (at < bytes.length && !isLineBreak(bytes[at] ?? 0)) continue;
      if (at > start && !this.#isMasked) pieces.push(MASK_BYTES);
      if (at > start) this.#isMasked = true;
      this.#plain(bytes.subarray(at, at + 1), pieces);
      start = at + 1;
    }
  }
}

function look(raw: Buffer, search: Search): PendingBytes & { readonly isClear: boolean } {
  const isClear = !mayHold(raw, search);
  const start = isClear ? lastLines(raw) : 0;
  const end = raw.subarray(start);
  const seen = readingsOf(raw)
    .map((reading) => lookAt(end, search, reading))
    .reduce(both);
  return {
    ...seen,
    isClear,
    open: start + seen.open,
    free: start + seen.free,
    spans: seen.spans.map((span) => moved(span, start)),
    brokenOff: seen.brokenOff.map((span) => moved(span, start)),
  };
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

/** Whether more than the first characters of a text may be there. */
export function mayHold(raw: Buffer, search: Search): boolean {
  return hasTags(raw) || readingsOf(raw).some((reading) => search.mayHold(raw, reading));
}

/** Every way to see the bytes that differs from the others. */
function readingsOf(raw: Buffer): readonly Reading[] {
  const escapes: readonly Reading[] = hasEscapes(raw)
    ? [ALL_HIDDEN, { ...ALL_HIDDEN, escapes: 'read' }]
    : [ALL_HIDDEN];
  return hasTags(raw) ? escapes.flatMap((reading) => [reading, { ...reading, tags: 'read' }]) : escapes;
}

/** Where the last lines begin that may hold the beginning of a text, and no more of it than three characters. */
function lastLines(raw: Uint8Array): number {
  return raw.length < LAST_LINES ? 0 : 1 + raw.subarray(0, -LAST_LINES).lastIndexOf(LF);
}

function both(one: PendingBytes, other: PendingBytes): PendingBytes {
  return {
    spans: [...one.spans, ...other.spans].sort(byStart),
    open: Math.min(one.open, other.open),
    brokenOff: [...one.brokenOff, ...other.brokenOff],
    free: Math.min(one.free, other.free),
  };
}

function lookAt(raw: Uint8Array, search: Search, reading: Reading): PendingBytes {
  const view = viewOf(raw, reading);
  const found = search.search(view.bytes);
  const spans = found.spans.flatMap((span) => spanIn(raw, view, span)).sort(byStart);
  const rest = { start: found.open, end: view.bytes.length };
  const begin = rest.start === rest.end ? raw.length : (view.offsets[rest.start] ?? 0);
  // A sequence stays whole: the end of one alone is read as something else.
  const open = reading.escapes === 'read' && begin < raw.length ? sequenceStart(raw, begin) : begin;
  if (open === raw.length || raw.length - open > MOST_HELD)
    return { spans, open: raw.length, brokenOff: [], free: raw.length };
  const isAccident = rest.end - rest.start < SHORTEST_ACROSS_LINES;
  const brokenOff = isAccident ? [] : spanIn(raw, view, rest);
  return { spans, open, brokenOff, free: shownEnd(raw, view, rest) };
}

function byStart(one: Span, other: Span): number {
  return one.start - other.start;
}

/** From a span of the view to one of the bytes. */
function spanIn(raw: Uint8Array, view: View, span: Span): readonly Span[] {
  const last = view.offsets[span.end - 1] ?? 0;
  const isShort = span.end - span.start < SHORTEST_ACROSS_LINES;
  const start = view.offsets[span.start] ?? 0;
  if (isShort && raw.subarray(start, last).some(isLineBreak)) return [];
  const end = last + characterSize(raw, last);
  return [{ start: isShort ? start : shownEnd(raw, view, span), end }];
}

/** Where the part of a text begins that is hidden, or waits: behind the lines that end within its first characters. */
function shownEnd(raw: Uint8Array, { offsets }: View, { start, end }: Span): number {
  const begin = offsets[start] ?? 0;
  const enough = start + SHORTEST_ACROSS_LINES - 1;
  const shown = raw.subarray(begin, enough < end ? offsets[enough] : raw.length);
  return begin + 1 + shown.findLastIndex(isLineBreak);
}

/** A buffer, in which a byte is found faster than in any other array. */
function joined(...parts: readonly Uint8Array[]): Buffer {
  const [first = NOTHING, second] = parts.filter(({ length }) => length > 0);
  if (second !== undefined) return Buffer.concat(parts);
  return Buffer.from(first.buffer, first.byteOffset, first.length);
}
