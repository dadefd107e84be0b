import { canonicalJson } from './canonical.ts';
import type { ImageBytes } from './image.ts';
import { printPlatform } from './platform.ts';
import { type Descriptor, MEDIA_TYPE, type Platform } from './types.ts';

/** A manifest in the registry, and the platform that it is for. */
export interface IndexEntry extends Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  readonly platform: Platform;
}

/**
 * The index over images that are there, in canonical JSON and sorted by platform: a pure function of its arguments.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export function makeIndex(
  entries: readonly IndexEntry[],
  annotations: ReadonlyMap<string, string>,
): ImageBytes {
  const sorted = entries
    .map(({ mediaType, digest, size, platform: { os, architecture, variant } }) => ({
      mediaType,
      digest,
      size,
      platform: { os, architecture, variant },
    }))
    .sort((a, b) => (printPlatform(a.platform) < printPlatform(b.platform) ? -1 : 1));
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: sorted, annotations };
  return {
    blobs: [],
    manifest: new TextEncoder().encode(canonicalJson(index)),
    mediaType: MEDIA_TYPE.index,
  };
}
