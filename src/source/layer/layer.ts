import { createHash } from 'node:crypto';
import { type Layer, MEDIA_TYPE } from '../../oci/types.ts';
import type { CodeLayer } from '../../plan/plan.ts';
import type { KnownLayer } from '../remembered/layers.ts';
import { type Locate, tarBytes } from './archive.ts';
import { cutGzip } from './cut-gzip.ts';
import { gzip } from './gzip.ts';
import { withTurns } from './pieces.ts';
import { createSpool, keptSpool, type Spool } from './spool.ts';

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

/** The layer of an image, made without any builder. */
export async function packLayer(layer: CodeLayer, packing: Packing): Promise<PackedLayer> {
  const spool = createSpool(packing.tempFolder, IN_MEMORY / (layer.part?.of ?? 1));
  const packed = await packInto(spool, layer, packing);
  return { mediaType: MEDIA_TYPE.layerGzip, ...packed, open: spool.open, discard: spool.discard };
}

/** The same for another thread, which has its own memory. */
export async function packToFile(
  layer: CodeLayer,
  packing: Packing,
): Promise<{ readonly layer: KnownLayer; readonly path: string }> {
  const spool = createSpool(packing.tempFolder, 0);
  const packed = await packInto(spool, layer, packing);
  const path = spool.path();
  if (path === undefined) throw new Error('a layer has no bytes');
  return { layer: packed, path };
}

/** What another thread has packed into a file. */
export function keptLayer(layer: KnownLayer, path: string): PackedLayer {
  return { mediaType: MEDIA_TYPE.layerGzip, ...layer, ...keptSpool(path) };
}

/** Both digests in one pass. */
async function packInto(spool: Spool, layer: CodeLayer, { locate, signal }: Packing): Promise<KnownLayer> {
  const compress = layer.part === undefined ? gzip : cutGzip;
  const contents = createHash('sha256');
  const compressed = createHash('sha256');
  let size = 0;
  try {
    const gzipped = compress(tarBytes([layer], [], locate), (piece) => contents.update(piece));
    for await (const chunk of withTurns(gzipped, TURN, signal)) {
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
    digest: `sha256:${compressed.digest('hex')}`,
    diffId: `sha256:${contents.digest('hex')}`,
    size,
  };
}
