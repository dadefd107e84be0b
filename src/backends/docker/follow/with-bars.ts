import type { Readable } from 'node:stream';
import type { BarEvent, BarWatch } from './bar-watch.ts';
import { gathered } from './gathered.ts';

/** Pieces of a log, and what a bar shows while none comes. `end` ends the log's connection with the last reader. */
export async function* withBars(
  log: Readable,
  bars: Pick<BarWatch, 'next' | 'stop'>,
  end: AbortController,
): AsyncGenerator<Buffer | BarEvent> {
  const pieces = gathered(log);
  try {
    for (;;) {
      const next = pieces.next();
      let first = await Promise.race([next, bars.next()]);
      while ('type' in first) {
        yield first;
        first = await Promise.race([next, bars.next()]);
      }
      bars.stop();
      if (first.done === true) return;
      yield first.value;
    }
  } finally {
    bars.stop();
    // `return` of the pieces would wait for the next one.
    end.abort();
  }
}
