import { ImageFiles, wantedBytes } from '../../evidence/sbom/files.ts';
import { packagesIn } from '../../evidence/sbom/packages.ts';
import { sbomArtifact, spdxOf } from '../../evidence/sbom/spdx.ts';
import type { Artifact } from '../../oci/referrer.ts';
import type { Image } from '../../oci/types.ts';
import type { Tools } from '../../tools/tools.ts';

type SbomTools = Pick<Tools, 'registry' | 'layerFiles'>;

export interface Sbom {
  readonly text: string;
  readonly artifact: Artifact;
}

/** What is inside of an image for one platform. Every layer of it is read, and nothing of that is kept on disk. */
export async function sbomOf(image: Image, { registry, layerFiles }: SbomTools): Promise<Sbom> {
  const { manifest, config } = await registry.pull(image);
  const files = new ImageFiles();
  for (const layer of manifest.layers) {
    const bytes = await registry.blob(image, layer);
    await files.apply(layerFiles(bytes, layer.mediaType, wantedBytes));
  }
  const packages = packagesIn(files.all);
  const text = spdxOf({ image: image.digest, created: config.created, packages });
  return { text, artifact: sbomArtifact(text, packages.length) };
}

/** The images for one platform each: itself, or those below an index. */
export async function platformImages(
  image: Image,
  { registry }: Pick<Tools, 'registry'>,
): Promise<readonly Image[]> {
  const parts = await registry.indexManifests(image);
  if (parts === undefined) return [image];
  return parts
    .filter(({ platform }) => platform !== undefined && platform.os !== 'unknown')
    .map(({ digest }) => ({ registry: image.registry, path: image.path, digest }));
}
