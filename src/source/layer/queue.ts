import type { CodeLayer, FileEntry } from '../../plan/plan.ts';
import type { PackedLayer } from './layer.ts';
import { LostThread, type Packer } from './thread-packer.ts';

/** A file takes as long as so many bytes, however small it is. */
const FILE_BYTES = 4_096;

/** How long packing takes, in bytes. */
export function weightOf(entries: readonly FileEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size + FILE_BYTES, 0);
}

/** The layers that wait, and those that are packed: the largest is taken first, so that none is left alone at the end. */
export class Queue {
  readonly #layers: readonly CodeLayer[];
  readonly #waiting: CodeLayer[];
  readonly #packed = new Map<CodeLayer, PackedLayer>();

  constructor(layers: readonly CodeLayer[]) {
    this.#layers = layers;
    const weights = new Map(layers.map((layer) => [layer, weightOf(layer.entries)]));
    this.#waiting = [...layers].sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0));
  }

  /** @param stop ends what the packers are at, when one of them has failed */
  async work(packers: readonly Packer[], stop: () => void): Promise<void> {
    const working = packers.map((packer) => this.#workWith(packer));
    try {
      await Promise.all(working);
    } catch (error) {
      this.#waiting.splice(0);
      stop();
      await Promise.allSettled(working);
      for (const layer of this.#packed.values()) layer.discard();
      throw error;
    }
  }

  async #workWith(packer: Packer): Promise<void> {
    for (let layer = this.#waiting.shift(); layer !== undefined; layer = this.#waiting.shift()) {
      try {
        this.#packed.set(layer, await packer.pack(layer));
      } catch (error) {
        if (!(error instanceof LostThread)) throw error;
        this.#waiting.unshift(layer);
        return;
      }
    }
  }

  /** In the order in which the layers came. */
  packed(): readonly PackedLayer[] {
    return this.#layers.flatMap((layer) => this.#packed.get(layer) ?? []);
  }
}
