import { isSeen } from './seen.ts';
import { isLineBreak, type Reading, unseenSize } from './unseen.ts';

/** Looks for many texts in one pass: by the four bytes that each begins with. */
export interface Search {
  /** Whether more than three characters of one may be there; asked first, because most bytes hold none. Tags are not read. */
  mayHold(raw: Uint8Array, reading: Reading): boolean;
  /** In the bytes of a view: the spans of whole texts in the order of their beginnings, and where one may begin that the end cuts off. */
  search(bytes: Uint8Array): SearchResult;
}

export interface SearchResult {
  readonly spans: readonly Span[];
  /** The length of what was searched when there is none. */
  readonly open: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Bytes of the shortest text. */
export const SHORTEST = 4;

/** Texts of at least `SHORTEST` bytes. */
export function createSearch(texts: readonly Uint8Array[]): Search {
  return new BeginningSearch(texts);
}

class BeginningSearch implements Search {
  readonly #byBeginning = new Map<number, Uint8Array[]>();
  /** By a hash of four bytes: 0 where no text begins with them. */
  readonly #mayBegin = new Uint8Array(1 << 16);
  /** The first bytes of each text, fewer than four, each with a 1 before it that tells how many. */
  readonly #short = new Set<number>();

  constructor(texts: readonly Uint8Array[]) {
    for (const text of texts) {
      const beginning = beginningAt(text, 0);
      const same = this.#byBeginning.get(beginning);
      if (same === undefined) this.#byBeginning.set(beginning, [text]);
      else same.push(text);
      this.#mayBegin[hash(beginning)] = 1;
      for (let length = 1; length < SHORTEST; length++) this.#short.add(shortAt(text, 0, length));
    }
  }

  mayHold(raw: Uint8Array, reading: Reading): boolean {
    const mayBegin = this.#mayBegin;
    const { length } = raw;
    let beginning = 0;
    let isIndent = false;
    for (let index = 0; index < length; index++) {
      const byte = raw[index] ?? 0;
      const unseen: number = isSeen(byte, isIndent) ? 0 : unseenSize(raw, index, reading, isIndent);
      if (unseen > 0) {
        isIndent ||= isLineBreak(byte);
        index += unseen - 1;
        continue;
      }
      isIndent = false;
      beginning = (beginning << 8) | byte;
      if (mayBegin[hash(beginning)] === 1 && this.#byBeginning.has(beginning)) return true;
    }
    return false;
  }

  search(bytes: Uint8Array): SearchResult {
    const found = { spans: [] as Span[], open: this.#openAtEnd(bytes) };
    const last = bytes.length - SHORTEST;
    let beginning = beginningAt(bytes, 0) >>> 8;
    for (let start = 0; start <= last; start++) {
      beginning = (beginning << 8) | (bytes[start + SHORTEST - 1] ?? 0);
      if (this.#mayBegin[hash(beginning)] === 1) this.#compare(beginning, bytes, start, found);
    }
    return found;
  }

  #compare(
    beginning: number,
    bytes: Uint8Array,
    start: number,
    found: { readonly spans: Span[]; open: number },
  ): void {
    for (const text of this.#byBeginning.get(beginning) ?? []) {
      const end = start + sameLength(text, bytes, start);
      if (end - start === text.length) found.spans.push({ start, end });
      else if (end === bytes.length) found.open = Math.min(found.open, start);
    }
  }

  /** Of the last places, which are followed by too little to look them up. */
  #openAtEnd(bytes: Uint8Array): number {
    for (let start = Math.max(0, bytes.length - SHORTEST + 1); start < bytes.length; start++)
      if (this.#short.has(shortAt(bytes, start, bytes.length - start))) return start;
    return bytes.length;
  }
}

function beginningAt(bytes: Uint8Array, start: number): number {
  let beginning = 0;
  for (let at = start; at < start + SHORTEST; at++) beginning = (beginning << 8) | (bytes[at] ?? 0);
  return beginning;
}

function shortAt(bytes: Uint8Array, start: number, length: number): number {
  let short = 1;
  for (let at = start; at < start + length; at++) short = (short << 8) | (bytes[at] ?? 0);
  return short;
}

/** https://en.wikipedia.org/wiki/Hash_function#Fibonacci_hashing */
function hash(beginning: number): number {
  return Math.imul(beginning, 0x9e3779b1) >>> 16;
}

function sameLength(text: Uint8Array, bytes: Uint8Array, start: number): number {
  const longest = Math.min(text.length, bytes.length - start);
  let length = SHORTEST;
  while (length < longest && text[length] === bytes[start + length]) length += 1;
  return length;
}
