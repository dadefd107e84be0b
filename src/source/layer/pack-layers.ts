import type { CodeLayer } from '../../plan/plan.ts';
import { type PackedLayer, type Packing, packLayer } from './layer.ts';
import { Queue, weightOf } from './queue.ts';
import type { Packer } from './thread-packer.ts';

export type StartPacker = () => Packer;

/** A thread has to have this to do, or it takes longer to start it than it helps. */
const WORTH_A_THREAD = 16_777_216;
/** Each holds some 30 MB, of which a build of any size has less than 200. */
const MOST_THREADS = 2;

/** The layers in their order, packed by this thread and those that are started; the bytes are the same, whoever packs. */
export async function packLayers(
  layers: readonly CodeLayer[],
  packing: Packing,
  threads: readonly StartPacker[],
): Promise<readonly PackedLayer[]> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ...(packing.signal === undefined ? [] : [packing.signal])]);
  const here: Packer = {
    pack: (layer) => packLayer(layer, { ...packing, signal }),
    end: async () => undefined,
  };
  const others = threads.map((start) => start());
  const endThreads = (): Promise<unknown> => Promise.all(others.map((thread) => thread.end()));
  // What they were at is then taken up here, where the signal ends it.
  signal.addEventListener('abort', endThreads, { once: true });
  const queue = new Queue(layers);
  try {
    await queue.work([here, ...others], () => over.abort());
    // What a thread was at when it came to its end.
    await queue.work([here], () => over.abort());
  } finally {
    await endThreads();
  }
  return queue.packed();
}

/** How many find enough to do beside whoever packs the largest layer. */
export function threadsFor(layers: readonly CodeLayer[]): number {
  const [, ...others] = layers.map(({ entries }) => weightOf(entries)).sort((a, b) => b - a);
  const total = others.reduce((sum, weight) => sum + weight, 0);
  return Math.min(MOST_THREADS, others.length, Math.floor(total / WORTH_A_THREAD));
}
