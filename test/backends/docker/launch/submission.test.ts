import { setImmediate } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Submission } from '../../../../src/backends/docker/launch/submission.ts';
import { warningsWhile } from '../../../io/warnings.ts';

it('a run that waits for long tells each reason once, and leaves no listener of its waits', async () => {
  const submission = new Submission(async (queued) => {
    for (let place = 50; place > 0; place--) {
      queued(`${place} before it`);
      await setImmediate();
    }
    return { attached: true, notes: [] };
  });
  const told: string[] = [];

  const warnings = await warningsWhile(async () => {
    for await (const event of submission.waiting(new AbortController().signal))
      if (event.type === 'state' && 'detail' in event) told.push(event.detail);
  });

  expect(told).toHaveLength(new Set(told).size);
  expect(told.length).toBeGreaterThan(20);
  expect(warnings).toEqual([]);
});
