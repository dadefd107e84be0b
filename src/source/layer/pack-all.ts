import { availableParallelism } from 'node:os';
import type { CodeLayer } from '../../plan/plan.ts';
import type { RememberedLayers } from '../remembered/layers.ts';
import type { PackingPlace } from './answer.ts';
import { packUnknown } from './known-layers.ts';
import type { PackedLayer, Packing } from './layer.ts';
import { packLayers, type StartPacker, threadsFor } from './pack-layers.ts';
import { startThread, threadPacker } from './thread-packer.ts';

export interface PackingHere extends Packing, PackingPlace {
  /** The program of the threads; undefined: there are none. */
  readonly threadScript: string | undefined;
}

/** What is not remembered is packed, by as many threads as there are cores for it. */
export async function packAll(
  layers: readonly CodeLayer[],
  packing: PackingHere,
  remembered: RememberedLayers | undefined,
): Promise<readonly PackedLayer[]> {
  const pack = (those: readonly CodeLayer[]): Promise<readonly PackedLayer[]> =>
    packLayers(those, packing, startersFor(those, packing));
  return remembered === undefined ? await pack(layers) : await packUnknown(layers, remembered, packing, pack);
}

/** One for each thread that is worth its start. */
function startersFor(
  layers: readonly CodeLayer[],
  { threadScript, ...place }: PackingHere,
): readonly StartPacker[] {
  if (threadScript === undefined) return [];
  const length = Math.min(threadsFor(layers), availableParallelism() - 1);
  return Array.from({ length }, () => () => threadPacker(startThread(threadScript, place)));
}
