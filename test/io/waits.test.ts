import { getEventListeners } from 'node:events';
import { expect, it } from '@jest/globals';
import { systemClock } from '../../src/io/clock.ts';
import { cancellableClock, unlessAborted } from '../../src/io/engine/cancellable.ts';
import { createLimiter } from '../../src/io/http/limiter.ts';
import { startProcess } from '../../src/io/process/process.ts';
import { warningsWhile } from './warnings.ts';

/** What waits again and again for as long as a run takes, and ends with one signal that comes perhaps never. */
const WAITS: readonly (readonly [string, number, (signal: AbortSignal) => Promise<unknown>])[] = [
  ['a pause', 50, (signal) => systemClock.sleep(1, signal)],
  [
    'a pause of two signals',
    50,
    (signal) => cancellableClock(systemClock, signal).sleep(1, new AbortController().signal),
  ],
  ['work that is given up', 50, (signal) => unlessAborted(signal, async () => undefined)],
  [
    'calls that wait for each other',
    10,
    (signal) => {
      const limiter = createLimiter(systemClock, signal, 1);
      return Promise.all([1, 2, 3].map(() => limiter.run('a', () => systemClock.sleep(1))));
    },
  ],
  [
    'a process',
    12,
    async (signal) => {
      const { stdout, stderr, ended } = startProcess('true', [], { env: {}, signal });
      for await (const _ of stdout);
      for await (const _ of stderr);
      return await ended();
    },
  ],
];

it.each(WAITS)('%s, many times, leaves no listener at its signal', async (_, times, wait) => {
  const { signal } = new AbortController();

  const warnings = await warningsWhile(async () => {
    for (let time = 0; time < times; time++) await wait(signal);
  });

  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(warnings).toEqual([]);
});
