import type { Descriptor, Image, Manifest, Repository } from '../oci/types.ts';

/** As much of a registry as it takes to read what stands beside an image. */
export interface ArtifactReader {
  manifest(image: Image): Promise<Manifest>;
  blob(repository: Repository, blob: Descriptor): Promise<AsyncIterable<Uint8Array>>;
  referrers(subject: Image): Promise<readonly Descriptor[]>;
}

/** Bytes of a text beside an image that are read. */
const MOST_BYTES = 4 * 1024 ** 2;

/** The text of an artifact that has one; undefined: it is something else, or larger than any of ours. */
export async function artifactText(
  artifact: Image,
  { layers: [blob] }: Manifest,
  reader: Pick<ArtifactReader, 'blob'>,
): Promise<string | undefined> {
  if (blob === undefined || blob.size > MOST_BYTES) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of await reader.blob(artifact, blob)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
