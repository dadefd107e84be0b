import { readFile } from 'node:fs/promises';
import type { Digest } from '../oci/types.ts';

export interface Metadata {
  readonly digest: Digest;
  /** undefined for an index of several platforms. */
  readonly configDigest?: Digest | undefined;
  /** Whether BuildKit itself exported the image: an engine's old store has no descriptor of it. */
  readonly described: boolean;
}

/** The answer file of a build: https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file */
export async function readMetadata(file: string): Promise<Metadata> {
  const metadata: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
  const digest = digestIn(metadata, 'containerimage.digest');
  if (digest === undefined)
    throw new Error(`buildx wrote no digest into its metadata file: ${Object.keys(metadata)}`);
  return {
    digest,
    configDigest: digestIn(metadata, 'containerimage.config.digest'),
    described: 'containerimage.descriptor' in metadata,
  };
}

function digestIn(metadata: Readonly<Record<string, unknown>>, key: string): Digest | undefined {
  const value = metadata[key];
  return isDigest(value) ? value : undefined;
}

function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}
