import type { Search, Span } from './search.ts';
import {
  ALL_HIDDEN,
  characterSize,
  hasEscapes,
  hasTags,
  isLineBreak,
  type Reading,
  sequenceStart,
} from './unseen.ts';
import { type View, viewOf } from './view.ts';

/**
 * Characters. A shorter text is a word that lines can end and begin with by accident: it is hidden inside of a line
 * only. And so much of a text is let go with its line, for a log that is followed live must not wait.
 */
const SHORTEST_ACROSS_LINES = 8;

const LF = 0x0a;
/** Bytes, in which there are three characters but where somebody hides them. */
const LAST_LINES = 256;
/** More than any text takes, unless somebody fills it with what nobody sees. */
const MOST_HELD = 64 * 1024;

/** What stands where in the bytes that wait. */
export interface PendingBytes {
  /** In the order of their beginnings. */
  readonly spans: readonly Span[];
  /** Where a text may begin that the end cuts off. */
  readonly open: number;
  /** It, when so much of it is there that it is no accident. */
  readonly brokenOff: readonly Span[];
  /** What stands before it may go, whatever comes next: of that text, the lines that ended early. */
  readonly free: number;
}

/** What of the bytes so far is to be hidden, may go on, and has to wait for more. */
export function pendingBytes(raw: Buffer, search: Search): PendingBytes & { readonly isClear: boolean } {
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

export function byStart(one: Span, other: Span): number {
  return one.start - other.start;
}
