import * as z from 'zod';
import { readPrivate, writePrivate } from '../../io/fs/private-file.ts';
import { jsonIn } from '../../json.ts';
import { canonicalJson, idOf } from '../../oci/canonical.ts';
import { isDigest, sha256 } from '../../oci/digest.ts';
import type { Digest } from '../../oci/types.ts';
import { CUT_ENCODER } from '../../plan/encoder.ts';
import { fileList } from '../../plan/id-inputs.ts';
import type { CodeLayer } from '../../plan/plan.ts';

/** What packing a layer gave. */
export interface KnownLayer {
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly size: number;
}

const DigestText = z.custom<Digest>(isDigest);
const Layers = z.record(
  DigestText,
  z.object({ digest: DigestText, diffId: DigestText, size: z.number().int().positive() }),
);
const File = z.object({ layers: Layers, sum: DigestText });

/** The oldest are forgotten. */
const MOST_LAYERS = 500;
const MOST_BYTES = 1_048_576;

/** Layers by all that decides their bytes, in a file of this user alone. */
export class RememberedLayers {
  readonly #path: string;
  readonly #keys = new WeakMap<CodeLayer, Digest>();
  /** As the file was when it was first needed: what another process adds meanwhile is packed here once more. */
  #known: ReadonlyMap<Digest, KnownLayer> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  find(layer: CodeLayer): KnownLayer | undefined {
    this.#known ??= this.#read();
    return this.#known.get(this.#keyOf(layer));
  }

  /** All that one packing gave, so that the file is written once; what other processes wrote into it stays. */
  keep(packed: ReadonlyMap<CodeLayer, KnownLayer>): void {
    if (packed.size === 0) return;
    const layers = new Map(this.#read());
    for (const [layer, { digest, diffId, size }] of packed) {
      const key = this.#keyOf(layer);
      layers.delete(key);
      layers.set(key, { digest, diffId, size });
    }
    const kept = Object.fromEntries([...layers].slice(-MOST_LAYERS));
    writePrivate(this.#path, JSON.stringify({ layers: kept, sum: sumOf(kept) }));
    this.#known = layers;
  }

  /** A list of thousands of files is hashed once. */
  #keyOf(layer: CodeLayer): Digest {
    const known = this.#keys.get(layer);
    if (known !== undefined) return known;
    const key = keyOf(layer);
    this.#keys.set(layer, key);
    return key;
  }

  #read(): ReadonlyMap<Digest, KnownLayer> {
    const parsed = File.safeParse(jsonIn(readPrivate(this.#path, MOST_BYTES)?.toString('utf8') ?? ''));
    if (!parsed.success || parsed.data.sum !== sumOf(parsed.data.layers)) return new Map();
    return new Map(Object.entries(parsed.data.layers) as [Digest, KnownLayer][]);
  }
}

/** Bytes of a layer depend on nothing else. */
function keyOf({ folder, entries }: CodeLayer): Digest {
  return idOf({ encoder: CUT_ENCODER, folder, code: fileList(entries) });
}

function sumOf(layers: Readonly<Record<string, KnownLayer>>): Digest {
  return sha256(canonicalJson(layers));
}
