import { setImmediate } from 'node:timers/promises';

/** Looks at bytes that pass. */
export type See = (bytes: Uint8Array) => void;

/**
 * The same bytes cut into pieces of exactly `size`, the last one shorter and possibly empty. Each is written over by the
 * next one.
 */
export function* pieces(chunks: Iterable<Uint8Array>, size: number): Generator<Uint8Array> {
  const piece = Buffer.allocUnsafe(size);
  let filled = 0;
  for (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      const isWhole = taken === 0 && chunk.length <= size - filled;
      const part = isWhole ? chunk : chunk.subarray(taken, taken + size - filled);
      piece.set(part, filled);
      taken += part.length;
      filled += part.length;
      if (filled < size) continue;
      yield piece;
      filled = 0;
    }
  }
  yield piece.subarray(0, filled);
}

/** Reading files one after the other never waits: between some of them others get their turn, and the signal is heard. */
export async function* withTurns<T>(
  items: Iterable<T>,
  every: number,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  let count = 0;
  for (const item of items) {
    yield item;
    count += 1;
    if (count % every === 0) await setImmediate();
    signal?.throwIfAborted();
  }
}
