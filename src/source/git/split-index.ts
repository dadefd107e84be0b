import { BadIndex, type Bytes } from './bytes.ts';
import type { IndexEntry } from './index-entry.ts';

/** What a split index changes in the shared one. https://git-scm.com/docs/index-format#_split_index */
export interface Changes {
  /** The hash in the name of the file `sharedindex.<hash>`. */
  readonly shared: string;
  /** Which entries there are gone, and for which another one stands: two bitmaps, or nothing. */
  readonly bitmaps: Bytes;
}

/** undefined when there is no shared index. */
export function readChanges(bytes: Bytes, hashSize: number): Changes | undefined {
  const hash = bytes.take(hashSize);
  if (hash.every((byte) => byte === 0)) return undefined;
  return { shared: hash.toString('hex'), bitmaps: bytes };
}

/** The shared entries as they are after the changes, and those that are new. */
export function applyChanges(
  shared: readonly IndexEntry[],
  { bitmaps }: Changes,
  entries: readonly IndexEntry[],
): readonly IndexEntry[] {
  if (bitmaps.left === 0) return [...shared, ...entries];
  const deleted = readBitmap(bitmaps, shared.length);
  const replaced = readBitmap(bitmaps, shared.length);
  const replacements = entries.slice(0, replaced.size).values();
  const kept = shared.flatMap((entry, place) => {
    const now = replaced.has(place) ? replacements.next().value : entry;
    return now === undefined || deleted.has(place) ? [] : [{ path: entry.path, kind: now.kind }];
  });
  return [...kept, ...entries.slice(replaced.size)];
}

const WORD = 64;

/**
 * A compressed bitmap: words that say how many words of one bit follow, and how many words as they are.
 * https://git-scm.com/docs/bitmap-format#_appendix_a_serialization_format_for_an_ewah_bitmap
 */
function readBitmap(bytes: Bytes, size: number): ReadonlySet<number> {
  bytes.skip(4);
  const words = bytes.uint32();
  const places = new Set<number>();
  let place = 0;
  for (let read = 0; read < words; read += 1) {
    const marker = bytes.uint64();
    const run = Number((marker >> 1n) & 0xffff_ffffn) * WORD;
    const literals = Number(marker >> 33n);
    if ((marker & 1n) === 1n) addRun(places, place, run, size);
    place += run;
    for (let literal = 0; literal < literals; literal += 1, place += WORD) {
      addBits(places, place, bytes.uint64());
    }
    read += literals;
  }
  bytes.skip(4);
  return places;
}

function addRun(places: Set<number>, place: number, length: number, size: number): void {
  if (place + length > size) throw new BadIndex('changes more entries than there are');
  for (let bit = 0; bit < length; bit += 1) places.add(place + bit);
}

function addBits(places: Set<number>, place: number, word: bigint): void {
  for (let bit = 0; bit < WORD; bit += 1) {
    if (((word >> BigInt(bit)) & 1n) === 1n) places.add(place + bit);
  }
}
