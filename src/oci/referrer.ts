import { canonicalJson } from './canonical.ts';
import { sha256 } from './digest.ts';
import type { ImageBytes } from './image.ts';
import { type Blob, type Descriptor, type Digest, type Index, type Manifest, MEDIA_TYPE } from './types.ts';

/** What is kept beside an image and is no image: https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage */
export interface Artifact {
  readonly artifactType: string;
  readonly layers: readonly ArtifactLayer[];
  readonly annotations: ReadonlyMap<string, string>;
}

export interface ArtifactLayer extends Blob {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** The manifest of an artifact about the subject, in canonical JSON, with the empty config of the specification. */
export function artifactBytes(
  subject: Descriptor,
  { artifactType, layers, annotations }: Artifact,
): ImageBytes {
  const empty = textBlob('{}', MEDIA_TYPE.empty);
  const held = layers.length === 0 ? [empty] : layers;
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType,
    config: descriptorOf(empty),
    layers: held.map(descriptorOf),
    subject: descriptorOf(subject),
    annotations: annotations.size === 0 ? undefined : annotations,
  });
  const blobs = new Map([empty, ...layers].map((blob) => [blob.digest, blob]));
  return {
    blobs: [...blobs.values()],
    manifest: new TextEncoder().encode(manifest),
    mediaType: MEDIA_TYPE.manifest,
  };
}

/** How an index lists an artifact. */
export function referrerDescriptor(manifest: Uint8Array): Descriptor {
  const { artifactType, annotations }: Manifest = JSON.parse(new TextDecoder().decode(manifest));
  return {
    mediaType: MEDIA_TYPE.manifest,
    digest: sha256(manifest),
    size: manifest.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema */
export function referrersTag(digest: Digest): string {
  return digest.replace(':', '-');
}

/** The index under that tag; whoever lists the same artifacts writes the same bytes. */
export function referrersIndex(manifests: readonly Descriptor[]): Uint8Array {
  const sorted = [...manifests].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: sorted } satisfies Index;
  return new TextEncoder().encode(canonicalJson(index));
}

/** A blob of the UTF-8 bytes of a text. */
export function textBlob(text: string, mediaType: string): Blob {
  const bytes = new TextEncoder().encode(text);
  async function* open(): AsyncIterable<Uint8Array> {
    yield bytes;
  }
  return { mediaType, digest: sha256(bytes), size: bytes.length, open };
}

function descriptorOf({ mediaType, digest, size, annotations }: Descriptor | ArtifactLayer): Descriptor {
  return { mediaType, digest, size, ...(annotations === undefined ? {} : { annotations }) };
}
