import { parentPort, workerData } from 'node:worker_threads';
import type { CodeLayer } from '../plan/plan.ts';
import { type PackAnswer, type PackingPlace, sentError } from './layer/answer.ts';
import { packToFile } from './layer/layer.ts';
import { locator } from './locate.ts';

/** A thread of its own: packs each layer that it is sent, until it is ended. */
export function packingThread(): void {
  const { root, tempFolder } = workerData as PackingPlace;
  const packing = { locate: locator(root), tempFolder };
  parentPort?.on('message', async (layer: CodeLayer) => {
    parentPort?.postMessage(await answerOf(layer, packing));
  });
}

async function answerOf(layer: CodeLayer, packing: Parameters<typeof packToFile>[1]): Promise<PackAnswer> {
  try {
    return { kind: 'packed', ...(await packToFile(layer, packing)) };
  } catch (error) {
    return { kind: 'failed', error: sentError(error) };
  }
}
