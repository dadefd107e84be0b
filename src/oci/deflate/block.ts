import type { BitWriter } from './bits.ts';
import { type Codes, makeCodes } from './huffman.ts';
import {
  DISTANCE_BASE,
  DISTANCE_EXTRA,
  distanceSymbol,
  END_OF_BLOCK,
  LENGTH_BASE,
  LENGTH_EXTRA,
  LENGTH_SYMBOL,
} from './symbols.ts';
import { LENGTH_SHIFT, MATCH, type Tokens } from './tokens.ts';

/** A block with codes of its own: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7 */
export interface Block {
  readonly literals: Codes;
  readonly distances: Codes;
  /** The lengths of both codes, as they are written. */
  readonly table: Table;
  /** How many bits the whole of it has. */
  readonly size: number;
}

interface Table {
  readonly literals: number;
  readonly distances: number;
  /** Symbols of the code of lengths, each with the bits that follow it. */
  readonly symbols: readonly (readonly [symbol: number, extra: number])[];
  readonly codes: Codes;
  /** How many lengths of that code are written. */
  readonly count: number;
}

const LONGEST_CODE = 15;
const LONGEST_OF_TABLE = 7;

/** The order in which the lengths of the code of lengths are written. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
const TABLE_EXTRA: Readonly<Record<number, number>> = { 16: 2, 17: 3, 18: 7 };

/** The codes of a block, and how many bits it takes. */
export function planBlock(tokens: Tokens): Block {
  // Two at least: some readers refuse a code with one symbol.
  for (const symbol of [0, 1]) tokens.distances[symbol] = Math.max(1, tokens.distances[symbol] ?? 0);
  const literals = makeCodes(tokens.literals, LONGEST_CODE);
  const distances = makeCodes(tokens.distances, LONGEST_CODE);
  const table = tableOf(literals.lengths, distances.lengths);
  return { literals, distances, table, size: sizeOf(tokens, { literals, distances, table }) };
}

/** One block with dynamic codes that is not the last: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.3 */
export function writeBlock(out: BitWriter, tokens: Tokens, block: Block): void {
  out.write(0b100, 3);
  writeTable(out, block.table);
  writeTokens(out, tokens, block);
  writeCode(out, block.literals, END_OF_BLOCK);
}

/** A block of bytes as they are: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4 */
export function writeStored(out: BitWriter, bytes: Uint8Array, isLast: boolean): void {
  out.write(isLast ? 1 : 0, 3);
  out.align();
  out.write(bytes.length, 16);
  out.write(bytes.length ^ 0xffff, 16);
  out.bytes(bytes);
}

function tableOf(literals: Uint8Array, distances: Uint8Array): Table {
  const most = { literals: usedOf(literals), distances: usedOf(distances) };
  const symbols = shortened([
    ...literals.subarray(0, most.literals),
    ...distances.subarray(0, most.distances),
  ]);
  const counts = new Uint32Array(19);
  for (const [symbol] of symbols) counts[symbol] = (counts[symbol] ?? 0) + 1;
  const codes = makeCodes(counts, LONGEST_OF_TABLE);
  let count = ORDER.length;
  while (count > 4 && codes.lengths[ORDER[count - 1] ?? 0] === 0) count -= 1;
  return { ...most, symbols, codes, count };
}

function usedOf(lengths: Uint8Array): number {
  let used = lengths.length;
  while (lengths[used - 1] === 0) used -= 1;
  return used;
}

/** Runs of one length in fewer symbols. */
function shortened(lengths: readonly number[]): readonly (readonly [number, number])[] {
  const symbols: (readonly [number, number])[] = [];
  for (let at = 0; at < lengths.length; ) {
    const length = lengths[at] ?? 0;
    let end = at + 1;
    while (end < lengths.length && lengths[end] === length) end += 1;
    symbols.push(...(length === 0 ? zeros(end - at) : repeats(length, end - at)));
    at = end;
  }
  return symbols;
}

function* zeros(count: number): Generator<readonly [number, number]> {
  let left = count;
  while (left >= 11) {
    const taken = Math.min(left, 138);
    yield [18, taken - 11];
    left -= taken;
  }
  if (left >= 3) {
    yield [17, left - 3];
    left = 0;
  }
  for (; left > 0; left -= 1) yield [0, 0];
}

function* repeats(length: number, count: number): Generator<readonly [number, number]> {
  yield [length, 0];
  let left = count - 1;
  while (left >= 3) {
    const taken = Math.min(left, 6);
    yield [16, taken - 3];
    left -= taken;
  }
  for (; left > 0; left -= 1) yield [length, 0];
}

function sizeOf(tokens: Tokens, { literals, distances, table }: Omit<Block, 'size'>): number {
  let size = 3 + 5 + 5 + 4 + 3 * table.count;
  for (const [symbol] of table.symbols) size += lengthOf(table.codes, symbol) + (TABLE_EXTRA[symbol] ?? 0);
  for (let symbol = 0; symbol < tokens.literals.length; symbol += 1) {
    const extra = symbol > END_OF_BLOCK ? (LENGTH_EXTRA[symbol - 257] ?? 0) : 0;
    size += (tokens.literals[symbol] ?? 0) * (lengthOf(literals, symbol) + extra);
  }
  for (let symbol = 0; symbol < tokens.distances.length; symbol += 1) {
    const extra = DISTANCE_EXTRA[symbol] ?? 0;
    size += (tokens.distances[symbol] ?? 0) * (lengthOf(distances, symbol) + extra);
  }
  return size;
}

function lengthOf({ lengths }: Codes, symbol: number): number {
  return lengths[symbol] ?? 0;
}

function writeTable(out: BitWriter, { literals, distances, symbols, codes, count }: Table): void {
  out.write(literals - 257, 5);
  out.write(distances - 1, 5);
  out.write(count - 4, 4);
  for (const symbol of ORDER.slice(0, count)) out.write(codes.lengths[symbol] ?? 0, 3);
  for (const [symbol, extra] of symbols) {
    writeCode(out, codes, symbol);
    out.write(extra, TABLE_EXTRA[symbol] ?? 0);
  }
}

function writeTokens(out: BitWriter, { values, count }: Tokens, { literals, distances }: Block): void {
  for (let at = 0; at < count; at += 1) {
    const token = values[at] as number;
    if (token < MATCH) writeCode(out, literals, token);
    else writeMatch(out, token, literals, distances);
  }
}

function writeMatch(out: BitWriter, token: number, literals: Codes, distances: Codes): void {
  const length = (token ^ MATCH) >>> LENGTH_SHIFT;
  const place = LENGTH_SYMBOL[length] as number;
  writeCode(out, literals, 257 + place);
  out.write(length - (LENGTH_BASE[place] as number), LENGTH_EXTRA[place] as number);
  const distance = (token & 0xffff) + 1;
  const symbol = distanceSymbol(distance);
  writeCode(out, distances, symbol);
  out.write(distance - (DISTANCE_BASE[symbol] as number), DISTANCE_EXTRA[symbol] as number);
}

function writeCode(out: BitWriter, { bits, lengths }: Codes, symbol: number): void {
  out.write(bits[symbol] as number, lengths[symbol] as number);
}
