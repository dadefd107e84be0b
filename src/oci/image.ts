import type { Blob, Image, ImageConfig, Manifest } from './types.ts';

/** A parent image as far as a layer can be put on top of it: the platform's own manifest and config. */
export interface Parent {
  readonly image: Image;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

export interface ImageBytes {
  readonly blobs: readonly Blob[];
  readonly manifest: Uint8Array;
  readonly mediaType: string;
}
