import { createHash, type Hash } from 'node:crypto';
import { type Layer, MEDIA_TYPE } from '../../oci/types.ts';
import type { CodeLayer } from '../../plan/plan.ts';
import { type Locate, tarBytes } from './archive.ts';
import { cutGzip } from './cut-gzip.ts';
import { gzip } from './gzip.ts';
import { withTurns } from './pieces.ts';
import { createSpool } from './spool.ts';

/** A layer of which something may lie on disk. */
export interface PackedLayer extends Layer {
  discard(): void;
}

/** Most code is smaller than this when it is compressed, and then no file is written. Its layers share it. */
const IN_MEMORY = 16_777_216;
const TURN = 16;

export interface Packing {
  readonly locate: Locate;
  /** For what is too large for the memory. */
  readonly tempFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/** The layer of an image, made without any builder; both of its digests in one pass. */
export async function packLayer(
  layer: CodeLayer,
  { locate, tempFolder, signal }: Packing,
): Promise<PackedLayer> {
  const spool = createSpool(tempFolder, IN_MEMORY / (layer.part?.of ?? 1));
  const compress = layer.part === undefined ? gzip : cutGzip;
  const contents = createHash('sha256');
  const compressed = createHash('sha256');
  let size = 0;
  try {
    const tar = hashed(tarBytes([layer], [], locate), contents);
    for await (const chunk of withTurns(compress(tar), TURN, signal)) {
      compressed.update(chunk);
      size += chunk.length;
      spool.write(chunk);
    }
    spool.end();
  } catch (error) {
    spool.discard();
    throw error;
  }
  return {
    mediaType: MEDIA_TYPE.layerGzip,
    digest: `sha256:${compressed.digest('hex')}`,
    diffId: `sha256:${contents.digest('hex')}`,
    size,
    open: spool.open,
    discard: spool.discard,
  };
}

function* hashed(chunks: Iterable<Uint8Array>, sum: Hash): Generator<Uint8Array> {
  for (const chunk of chunks) {
    sum.update(chunk);
    yield chunk;
  }
}
