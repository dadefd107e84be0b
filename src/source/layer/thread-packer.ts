import { Worker } from 'node:worker_threads';
import type { CodeLayer } from '../../plan/plan.ts';
import { type PackAnswer, type PackingPlace, receivedError } from './answer.ts';
import { keptLayer, type PackedLayer } from './layer.ts';

/** Packs one layer at a time. */
export interface Packer {
  pack(layer: CodeLayer): Promise<PackedLayer>;
  end(): Promise<unknown>;
}

/** The thread itself came to its end, which says nothing of the layer. */
export class LostThread extends Error {
  override readonly name = 'LostThread';
}

/** @param script is a program that calls `packingThread` */
export function startThread(script: string, { root, tempFolder }: PackingPlace): Worker {
  return new Worker(script, { workerData: { root, tempFolder }, execArgv: [], env: {} });
}

/** What is needed of a thread. */
export type Thread = Pick<Worker, 'postMessage' | 'terminate'> & {
  once(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
};

export function threadPacker(thread: Thread): Packer {
  const ended = new Promise<never>((_, reject) => {
    const lose = (cause: unknown): void => reject(new LostThread('a thread ended', { cause }));
    thread.once('error', lose);
    thread.once('exit', lose);
  });
  // The layer that is waited for hears of it; between two of them nobody waits.
  ended.catch(() => undefined);

  return {
    async pack(layer) {
      const answer = new Promise<PackAnswer>((resolve) => {
        thread.once('message', (value) => resolve(value as PackAnswer));
      });
      thread.postMessage(layer);
      const packed = await Promise.race([answer, ended]);
      if (packed.kind === 'failed') throw receivedError(packed.error);
      return keptLayer(packed.layer, packed.path);
    },
    end: () => thread.terminate(),
  };
}
