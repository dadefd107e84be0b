import type { CodeLayer, FileEntry } from '../plan.ts';

/**
 * The code as layers: an edit then changes one of them, and the others are packed, pushed and pulled no more. Where
 * the sorted files are cut is decided by their names and by the powers of two that their sizes are between, so that an
 * edited line moves no cut, and a file that comes or goes moves few.
 */

/** Bytes of an archive up to which it is one layer. */
const ONE_LAYER = 4_194_304;

/** Engines have a most of 125 layers, and each layer costs its requests. */
const MOST_LAYERS = 12;

const BLOCK = 512;

/** The layers that the code is cut into, in the order of its files; code that is not large stays one. */
export function cutCode(code: CodeLayer): readonly CodeLayer[] {
  const places = cutPlaces(code.entries);
  if (places.length === 0) return [code];
  const starts = [0, ...places];
  return starts.map((start, index) => ({
    ...code,
    entries: code.entries.slice(start, starts[index + 1]),
    part: { number: index + 1, of: starts.length },
  }));
}

/** A run of files, and the place in it where it is cut first. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  /** undefined: a single file. */
  readonly place: number | undefined;
}

/**
 * The largest run is cut, at its highest place, until none is larger than a layer should be. It is then nearly even:
 * a layer has at most about twice the bytes that it would have if all had the same.
 * @param entries sorted by path
 */
export function cutPlaces(entries: readonly FileEntry[]): readonly number[] {
  const ends = archiveEnds(entries);
  const whole = { start: 0, end: entries.length };
  if (bytesOf(whole, ends) <= ONE_LAYER) return [];
  const heights = placeHeights(entries);
  const runs = [runOf(whole, ends, heights)];
  while (runs.length < MOST_LAYERS) {
    const largest = largestToCut(runs);
    if (largest === undefined || largest.run.bytes <= ONE_LAYER) break;
    const { run, place, index } = largest;
    const halves = [
      { start: run.start, end: place },
      { start: place, end: run.end },
    ];
    runs.splice(index, 1, ...halves.map((half) => runOf(half, ends, heights)));
  }
  return runs.slice(1).map(({ start }) => start);
}

type Range = Pick<Run, 'start' | 'end'>;

function runOf(range: Range, ends: Float64Array, heights: Float64Array): Run {
  return { ...range, bytes: bytesOf(range, ends), place: highest(range, heights) };
}

function bytesOf({ start, end }: Range, ends: Float64Array): number {
  return (ends[end - 1] ?? 0) - (ends[start - 1] ?? 0);
}

function highest({ start, end }: Range, heights: Float64Array): number | undefined {
  let place: number | undefined;
  let height = -1;
  for (let at = start + 1; at < end; at += 1) {
    const here = heights[at] ?? 0;
    if (here <= height) continue;
    place = at;
    height = here;
  }
  return place;
}

function largestToCut(
  runs: readonly Run[],
): { readonly run: Run; readonly place: number; readonly index: number } | undefined {
  let found: { run: Run; place: number; index: number } | undefined;
  for (const [index, run] of runs.entries()) {
    if (run.place === undefined || (found !== undefined && run.bytes <= found.run.bytes)) continue;
    found = { run, place: run.place, index };
  }
  return found;
}

/** Where each entry ends in an archive of all of them. */
function archiveEnds(entries: readonly FileEntry[]): Float64Array {
  const ends = new Float64Array(entries.length);
  let end = 0;
  for (const [index, entry] of entries.entries()) {
    end += archiveBlocks(entry) * BLOCK;
    ends[index] = end;
  }
  return ends;
}

function archiveBlocks({ size }: FileEntry): number {
  return 1 + Math.ceil(size / BLOCK);
}

const BEGIN = 0x9e37_79b9;
const END = 0x85eb_ca6b;

/** How high the place before each entry stands: as its own beginning or as the end of the entry before it. */
function placeHeights(entries: readonly FileEntry[]): Float64Array {
  const heights = new Float64Array(entries.length);
  let before = 0;
  for (const [index, entry] of entries.entries()) {
    const name = hashOf(entry.path);
    const sizeClass = 31 - Math.clz32(archiveBlocks(entry));
    heights[index] = Math.max(before, height(mix(name ^ BEGIN), sizeClass));
    before = height(mix(name ^ END), sizeClass);
  }
  return heights;
}

/**
 * Higher by one for each leading zero of the hash, and for each doubling of the size: the highest of many places is
 * then at any of their bytes alike, and a large file is soon alone. The rest of the hash decides among equals.
 */
function height(hash: number, sizeClass: number): number {
  return (Math.clz32(hash) + sizeClass) * 2 ** 32 + mix(hash);
}

/** FNV-1a, over UTF-16 units. */
function hashOf(path: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x0100_0193);
  return hash;
}

/** Spreads every bit over all: the last step of MurmurHash3. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
