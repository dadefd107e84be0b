import { askedOnce } from '../../asked-once.ts';
import { UserError } from '../../errors.ts';
import { MEDIA_TYPE } from '../../oci/types.ts';
import type { CodeLayer } from '../../plan/plan.ts';
import type { KnownLayer, RememberedLayers } from '../remembered/layers.ts';
import { type PackedLayer, type Packing, packLayer } from './layer.ts';

type PackAll = (layers: readonly CodeLayer[]) => Promise<readonly PackedLayer[]>;

/** A layer that was packed before is packed again only if it has to be sent. */
export async function packUnknown(
  layers: readonly CodeLayer[],
  remembered: RememberedLayers,
  packing: Packing,
  packAll: PackAll,
): Promise<readonly PackedLayer[]> {
  const known = layers.map((layer) => (layer.part === undefined ? undefined : remembered.find(layer)));
  const unknown = layers.filter((_, index) => known[index] === undefined);
  const packed = await packAll(unknown);
  const made = new Map(unknown.flatMap((layer, index) => pairOf(layer, packed[index])));
  remembered.keep(new Map([...made].filter(([{ part }]) => part !== undefined)));
  return layers.flatMap((layer, index) => {
    const before = known[index];
    return before === undefined ? (made.get(layer) ?? []) : knownLayer(layer, before, remembered, packing);
  });
}

function pairOf(
  layer: CodeLayer,
  packed: PackedLayer | undefined,
): readonly (readonly [CodeLayer, PackedLayer])[] {
  return packed === undefined ? [] : [[layer, packed]];
}

function knownLayer(
  layer: CodeLayer,
  known: KnownLayer,
  remembered: RememberedLayers,
  packing: Packing,
): PackedLayer {
  let packed: PackedLayer | undefined;
  const pack = askedOnce(async () => {
    packed = await packLayer(layer, packing);
    if (packed.digest === known.digest && packed.size === known.size) return packed;
    packed.discard();
    remembered.keep(new Map([[layer, packed]]));
    throw notAsKnown(known, packed);
  });
  return {
    mediaType: MEDIA_TYPE.layerGzip,
    ...known,
    async *open() {
      yield* (await pack()).open();
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
