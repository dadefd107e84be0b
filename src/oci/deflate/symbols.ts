/** Symbols of lengths and distances: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5 */

export const END_OF_BLOCK = 256;
export const LITERALS = 286;
export const DISTANCES = 30;
export const LONGEST = 258;
export const FARTHEST = 32_768;

/** Bits that follow the symbol of a length, from symbol 257 on. */
export const LENGTH_EXTRA = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
/** Bits that follow the symbol of a distance. */
export const DISTANCE_EXTRA = Uint8Array.from({ length: DISTANCES }, (_, symbol) =>
  Math.max(0, (symbol >> 1) - 1),
);

/** The smallest value of each symbol: of lengths from 3 on, of distances from 1 on. */
export const LENGTH_BASE = basesOf(LENGTH_EXTRA, 3);
export const DISTANCE_BASE = basesOf(DISTANCE_EXTRA, 1);

/** The symbol of each length, less 257. */
export const LENGTH_SYMBOL = lengthSymbols();
const DISTANCE_SYMBOL = distanceSymbols();

/** Of 0 to 29: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5 */
export function distanceSymbol(distance: number): number {
  const less = distance - 1;
  return DISTANCE_SYMBOL[less < 256 ? less : 256 + (less >>> 7)] ?? 0;
}

function basesOf(extra: Uint8Array, first: number): Uint16Array {
  const bases = new Uint16Array(extra.length);
  let base = first;
  for (const [symbol, bits] of extra.entries()) {
    bases[symbol] = base;
    base += 1 << bits;
  }
  // The longest match has a symbol of its own.
  if (first === 3) bases[28] = LONGEST;
  return bases;
}

function lengthSymbols(): Uint8Array {
  const symbols = new Uint8Array(LONGEST + 1);
  for (let symbol = 0; symbol < 28; symbol += 1) symbols.fill(symbol, LENGTH_BASE[symbol]);
  symbols[LONGEST] = 28;
  return symbols;
}

/** Of distances up to 256 one by one, of the others by their upper bits. */
function distanceSymbols(): Uint8Array {
  const symbols = new Uint8Array(512);
  for (let symbol = 0; symbol < DISTANCES; symbol += 1) {
    const less = (DISTANCE_BASE[symbol] ?? 1) - 1;
    symbols.fill(symbol, less < 256 ? less : 256 + (less >>> 7), less < 256 ? 256 : 512);
  }
  return symbols;
}
