import { join } from 'node:path';
import { keepNewest, namesByAge, readPrivate, writePrivate } from '../../io/fs/private-file.ts';
import { jsonIn } from '../../json.ts';
import { sha256 } from '../../oci/digest.ts';
import type { Blob, Digest, Manifest, Repository } from '../../oci/types.ts';

/** The oldest are forgotten. */
const MOST_CONFIGS = 50;
const MOST_MANIFESTS = 100;
/** Manifests of one repository that are looked at. */
const MOST_LOOKED_AT = 5;
const MOST_BYTES = 1_048_576;

/** Fewer blobs are asked for one by one. */
const FEWEST_SHARED = 2;

/** An image that was pushed from here, and which of the blobs that are to be pushed it names. */
export interface EarlierImage {
  readonly digest: Digest;
  readonly names: ReadonlySet<Digest>;
}

/**
 * Configs that were read and manifests that were pushed, on a machine that stays. Each is a file of this user named by
 * its digest, and one with other bytes is not used.
 */
export class RememberedDocuments {
  readonly #configs: string;
  readonly #manifests: string;

  constructor(folder: string) {
    this.#configs = join(folder, 'configs');
    this.#manifests = join(folder, 'manifests');
  }

  config(digest: Digest): Uint8Array | undefined {
    return readDocument(join(this.#configs, hexOf(digest)), digest);
  }

  keepConfig(digest: Digest, bytes: Uint8Array): void {
    writePrivate(join(this.#configs, hexOf(digest)), bytes);
    keepNewest(this.#configs, MOST_CONFIGS);
  }

  /** The one that names most of the blobs. */
  earlierImage(to: Repository, blobs: readonly Blob[]): EarlierImage | undefined {
    if (blobs.length < FEWEST_SHARED) return undefined;
    const wanted = new Set(blobs.map(({ digest }) => digest));
    const start = startOf(to);
    const earlier = namesByAge(this.#manifests)
      .filter((name) => name.startsWith(start))
      .slice(0, MOST_LOOKED_AT)
      .map((name) => this.#earlier(name, start, wanted));
    const [best] = earlier.toSorted((one, other) => other.names.size - one.names.size);
    return best === undefined || best.names.size < FEWEST_SHARED ? undefined : best;
  }

  /** One with a single layer of code has nothing to share with the next. */
  keepManifest(to: Repository, manifest: Uint8Array, blobs: readonly Blob[]): void {
    if (blobs.length <= FEWEST_SHARED) return;
    writePrivate(join(this.#manifests, `${startOf(to)}${hexOf(sha256(manifest))}`), manifest);
    keepNewest(this.#manifests, MOST_MANIFESTS);
  }

  #earlier(name: string, start: string, wanted: ReadonlySet<Digest>): EarlierImage {
    const digest: Digest = `sha256:${name.slice(start.length)}`;
    const bytes = readDocument(join(this.#manifests, name), digest);
    return { digest, names: new Set(layersIn(bytes).filter((layer) => wanted.has(layer))) };
  }
}

function readDocument(path: string, digest: Digest): Uint8Array | undefined {
  const bytes = readPrivate(path, MOST_BYTES);
  return bytes !== undefined && sha256(bytes) === digest ? bytes : undefined;
}

/** Of bytes that were made here. */
function layersIn(manifest: Uint8Array | undefined): readonly Digest[] {
  const parsed = jsonIn(new TextDecoder().decode(manifest)) as Partial<Manifest> | undefined;
  return parsed?.layers?.map(({ digest }) => digest) ?? [];
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

function startOf({ registry, path }: Repository): string {
  return `${hexOf(sha256(`${registry}/${path}`)).slice(0, 16)}-`;
}
