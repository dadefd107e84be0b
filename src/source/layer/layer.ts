import { createHash, type Hash } from 'node:crypto';
import { UserError } from '../../errors.ts';
import { type Layer, MEDIA_TYPE } from '../../oci/types.ts';
import type { CodeLayer } from '../../plan/plan.ts';
import type { KnownLayer, RememberedLayers } from '../remembered/layers.ts';
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

/** Where the same layer was packed before it is packed again only if it has to be sent. */
export async function packOnceKnown(
  layer: CodeLayer,
  packing: Packing,
  remembered: RememberedLayers,
): Promise<PackedLayer> {
  const known = remembered.find(layer);
  if (known !== undefined) {
    return knownLayer(known, async () => {
      const packed = await packLayer(layer, packing);
      if (packed.digest === known.digest && packed.size === known.size) return packed;
      packed.discard();
      remembered.keep(layer, packed);
      throw notAsKnown(known, packed);
    });
  }
  const packed = await packLayer(layer, packing);
  remembered.keep(layer, packed);
  return packed;
}

function knownLayer(known: KnownLayer, pack: () => Promise<PackedLayer>): PackedLayer {
  let packing: Promise<PackedLayer> | undefined;
  let packed: PackedLayer | undefined;
  return {
    mediaType: MEDIA_TYPE.layerGzip,
    ...known,
    async *open() {
      packing ??= pack();
      packed = await packing;
      yield* packed.open();
    },
    discard: () => packed?.discard(),
  };
}

/** Nothing of ours writes such a line: somebody else did, or the disk. */
function notAsKnown(known: KnownLayer, { digest }: KnownLayer): UserError {
  return new UserError(`a layer of the code was remembered as ${known.digest}, and is ${digest}`, {
    code: 'remembered-layer',
    hint: 'start again: it is remembered as it is now. Where it happens twice, set JOBIMG_REMEMBER=0 and check the disk',
  });
}

function* hashed(chunks: Iterable<Uint8Array>, sum: Hash): Generator<Uint8Array> {
  for (const chunk of chunks) {
    sum.update(chunk);
    yield chunk;
  }
}
