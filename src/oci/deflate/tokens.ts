import {
  DISTANCES,
  distanceSymbol,
  END_OF_BLOCK,
  FARTHEST,
  LENGTH_SYMBOL,
  LITERALS,
  LONGEST,
} from './symbols.ts';

/** What a block is made of: bytes, and matches as `MATCH`, length and distance; with how often each symbol stands. */
export interface Tokens {
  readonly values: Int32Array;
  count: number;
  readonly literals: Uint32Array;
  readonly distances: Uint32Array;
}

/** Set in a token that is a match; below it the length, and below that the distance less one. */
export const MATCH = 0x4000_0000;
export const LENGTH_SHIFT = 16;

const SLOTS = 32_768;
const SHORTEST = 4;
/** Where nothing was found for long, fewer places are looked at. */
const PATIENCE = 5;
const LARGEST_STEP = 32;
/** Of a match, so many places are remembered. */
const REMEMBERED = 24;

/** Room for at most so many tokens. */
export function newTokens(most: number): Tokens {
  return {
    values: new Int32Array(most),
    count: 0,
    literals: new Uint32Array(LITERALS),
    distances: new Uint32Array(DISTANCES),
  };
}

/** Where four bytes with each hash stood last; -1: nowhere. */
export function newPlaces(): Int32Array {
  return new Int32Array(SLOTS).fill(-1);
}

/** Finds what stood before, from `start` to `end` of the window: the last place with the same four bytes, at once. */
export function findTokens(
  window: DataView<ArrayBuffer>,
  start: number,
  end: number,
  places: Int32Array,
  tokens: Tokens,
): void {
  reset(tokens);
  const last = end - SHORTEST;
  let misses = 0;
  let at = start;
  /** Where the bytes begin that are in no match. */
  let from = start;
  while (at <= last) {
    const word = window.getInt32(at, true);
    const slot = slotOf(word);
    const before = places[slot] as number;
    places[slot] = at;
    if (before >= 0 && at - before <= FARTHEST && window.getInt32(before, true) === word) {
      addLiterals(tokens, window, from, at);
      const length = matchLength(window, before, at, end);
      addMatch(tokens, length, at - before);
      remember(window, at + 1, Math.min(at + Math.min(length, REMEMBERED), last), places);
      at += length;
      from = at;
      misses = 0;
    } else {
      at += Math.min(1 + (misses >>> PATIENCE), LARGEST_STEP);
      misses += 1;
    }
  }
  addLiterals(tokens, window, from, end);
}

function reset(tokens: Tokens): void {
  tokens.count = 0;
  tokens.literals.fill(0);
  tokens.distances.fill(0);
  tokens.literals[END_OF_BLOCK] = 1;
}

function slotOf(word: number): number {
  return Math.imul(word, 0x9e37_79b1) >>> 17;
}

/** Words are compared while they are equal, then bytes. */
function matchLength(window: DataView, before: number, at: number, end: number): number {
  const most = Math.min(LONGEST, end - at);
  let length = SHORTEST;
  while (length + 4 <= most && window.getInt32(before + length, true) === window.getInt32(at + length, true))
    length += 4;
  while (length < most && window.getUint8(before + length) === window.getUint8(at + length)) length += 1;
  return length;
}

function remember(window: DataView, from: number, to: number, places: Int32Array): void {
  for (let at = from; at < to; at += 1) places[slotOf(window.getInt32(at, true))] = at;
}

function addLiterals(tokens: Tokens, window: DataView, from: number, to: number): void {
  const { values, literals } = tokens;
  let { count } = tokens;
  for (let at = from; at < to; at += 1) {
    const byte = window.getUint8(at);
    values[count] = byte;
    count += 1;
    literals[byte] = (literals[byte] as number) + 1;
  }
  tokens.count = count;
}

function addMatch(tokens: Tokens, length: number, distance: number): void {
  tokens.values[tokens.count] = MATCH | (length << LENGTH_SHIFT) | (distance - 1);
  tokens.count += 1;
  const literal = 257 + (LENGTH_SYMBOL[length] as number);
  tokens.literals[literal] = (tokens.literals[literal] as number) + 1;
  const symbol = distanceSymbol(distance);
  tokens.distances[symbol] = (tokens.distances[symbol] as number) + 1;
}
