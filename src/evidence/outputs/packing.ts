/** A collected file. */
export interface OutputFile {
  /** Relative to the folder of the outputs. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly executable: boolean;
}

/** How the files of a run become layers of one artifact. */
export interface Packing {
  /** Each is a layer. */
  readonly own: readonly OutputFile[];
  /** Each list is a tar. */
  readonly packs: readonly (readonly OutputFile[])[];
}

/** Files that are layers by themselves: with more of them, a push of small files would take a request for each. */
export const MOST_LAYERS = 100;
/** Bytes of the files in one tar: registries take layers of 10 GB and less, and what is cut off is sent again. */
export const PACK_BYTES = 1024 ** 3;

/**
 * The largest files are layers of their own, which every client of registries fetches under their names; the others are
 * put together. Some registries take no empty layer, so an empty file is among the others.
 */
export function packingOf(files: readonly OutputFile[]): Packing {
  const bySize = files.filter(({ size }) => size > 0).toSorted(largestFirst);
  const large = bySize.filter(({ size }, index) => index < MOST_LAYERS || size > PACK_BYTES);
  const own = new Set(large);
  return {
    own: large.toSorted(byPath),
    packs: packsOf(files.filter((file) => !own.has(file)).toSorted(byPath)),
  };
}

function packsOf(files: readonly OutputFile[]): readonly (readonly OutputFile[])[] {
  const packs: OutputFile[][] = [];
  let room = 0;
  for (const file of files) {
    if (packs.length === 0 || file.size > room) {
      packs.push([]);
      room = PACK_BYTES;
    }
    packs.at(-1)?.push(file);
    room -= file.size;
  }
  return packs;
}

function largestFirst(one: OutputFile, other: OutputFile): number {
  return other.size - one.size || byPath(one, other);
}

function byPath(one: OutputFile, other: OutputFile): number {
  return one.path < other.path ? -1 : 1;
}
