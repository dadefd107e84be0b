import { describe, expect, it } from '@jest/globals';
import { createCleaner } from '../../../src/log/log.ts';
import { watchLines } from '../../../src/run/lines/watch.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import { followRun } from '../../../src/steps/runs/follow-run.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { fakeWorld } from '../../fakes/tools.ts';

const END: RunEvent = { type: 'end', verdict: { reason: 'succeeded', exitCode: 0 } };

const cleaner: Tools['cleaner'] = (keep) => createCleaner({ keep, now: () => 0 });

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
  const kept: Record<string, string> = {};
  const files = {
    writeLog: async (bytes: Uint8Array, node = 0) => {
      kept[node] = (kept[node] ?? '') + Buffer.from(bytes).toString();
    },
  };
  const followed = await followRun(inTime(), watchLines([]), files, { ...tools, cleaner, host });
  return { kept, lines, ...followed };
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

describe('a bar that the log does not have yet', () => {
  it('is shown, and its line is kept and shown once when it has ended', async () => {
    const bar = (text: string): RunEvent => ({ type: 'bar', stream: 'stderr', bytes: Buffer.from(text) });
    const log: RunEvent = { type: 'log', stream: 'stderr', bytes: Buffer.from('\r0%\r50%\r99%\r100%\n') };

    const { kept, lines } = await follow([bar(' 50%'), bar('\u001b[32m99%'), bar('::error::x'), log, END]);

    expect(lines).toEqual([' 50%', '99%', ': :error::x', '100%']);
    expect(kept).toEqual({ 0: '\r0%\r50%\r99%\r100%\n' });
  });
});

describe('a run of several nodes', () => {
  it('shows the log of the first, and keeps all of them', async () => {
    const log = (text: string, node?: number): RunEvent => ({
      type: 'log',
      stream: 'stdout',
      bytes: Buffer.from(text),
      node,
    });
    const { kept, lines } = await follow([log('a\n'), log('b\nc', 1), log('d\n', 2), END]);

    expect(lines).toEqual(['a']);
    expect(kept).toEqual({ 0: 'a\n', 1: 'b\nc', 2: 'd\n' });
  });
});
