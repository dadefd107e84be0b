import { byStart, pendingBytes } from './pending-bytes.ts';
import type { Search, Span } from './search.ts';
import { finishedLength, isLineBreak } from './unseen.ts';

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

const NOTHING = new Uint8Array();
const MASK_BYTES = new TextEncoder().encode(MASK);

/** Everything but the spans that hold a secret comes out as it was; `search` is asked for with each piece. */
export function createMaskedStream(search: () => Search | undefined): MaskedStream {
  return new Stream(search);
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
    const { spans, open, free, isClear } = pendingBytes(raw.subarray(0, finishedLength(raw)), search);
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
    const { spans, brokenOff, isClear } = pendingBytes(raw, search);
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

/** A buffer, in which a byte is found faster than in any other array. */
function joined(...parts: readonly Uint8Array[]): Buffer {
  const [first = NOTHING, second] = parts.filter(({ length }) => length > 0);
  if (second !== undefined) return Buffer.concat(parts);
  return Buffer.from(first.buffer, first.byteOffset, first.length);
}
