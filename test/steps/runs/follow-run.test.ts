import { describe, expect, it } from '@jest/globals';
import { watchLines } from '../../../src/run/lines/watch.ts';
import type { RunEvent } from '../../../src/run/run.ts';
import { followRun } from '../../../src/steps/runs/follow-run.ts';
import { fakeWorld } from '../../fakes/tools.ts';

const END: RunEvent = { type: 'end', verdict: { reason: 'succeeded', exitCode: 0 } };

/** Each event a second after the one before. */
async function follow(events: readonly RunEvent[]) {
  const { tools, lines } = fakeWorld({});
  let seconds = 0;
  async function* inTime(): AsyncGenerator<RunEvent> {
    for (const event of events) {
      seconds += 1;
      yield event;
    }
  }
  const host = { ...tools.host, now: () => seconds * 1_000 };
  const files = { writeLog: async () => undefined };
  const followed = await followRun(inTime(), watchLines([]), files, { ...tools, host });
  return { lines, ...followed };
}

describe('a run that waits', () => {
  it('says why, once for each reason, and its time begins when it is started', async () => {
    const full = { type: 'state', state: 'queued', detail: 'no GPU is free' } as const;
    const next = { type: 'state', state: 'queued', detail: 'next in line' } as const;
    const { lines, duration } = await follow([
      full,
      full,
      next,
      full,
      { type: 'state', state: 'pulling', detail: 'ghcr.io/acme/train' },
      { type: 'state', state: 'started' },
      END,
    ]);

    expect(lines).toEqual([
      'queued: no GPU is free',
      'queued: next in line',
      'queued: no GPU is free',
      'pulling: ghcr.io/acme/train',
    ]);
    expect(duration).toBe(1);
  });

  it('and never starts took the time that it was waited for', async () => {
    const { duration, verdict } = await follow([
      { type: 'state', state: 'queued', detail: 'no GPU is free' },
      { type: 'end', verdict: { reason: 'queue-timeout' } },
    ]);

    expect([verdict.reason, duration]).toEqual(['queue-timeout', 2]);
  });
});
