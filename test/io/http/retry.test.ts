import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CallError,
  LONG_PATIENCE,
  type Repeat,
  retryAfter,
  retrying,
  waitFor,
} from '../../../src/io/http/retry.ts';
import { fakeClock } from '../../fakes/clock.ts';

function failing(repeat: Repeat | undefined, hint?: string) {
  return new CallError('GET x: no', { repeat, hint });
}

describe('retrying', () => {
  it('gives the first answer that comes, and says why it waited', async () => {
    const clock = fakeClock();
    const lines: string[] = [];
    let tries = 0;

    const answer = await retrying({ clock, log: (line) => lines.push(line) }, async () => {
      tries += 1;
      if (tries < 3) throw failing({});
      return 'yes';
    });

    expect(answer).toBe('yes');
    expect(lines).toEqual(['trying again in 0.8 s: GET x: no', 'trying again in 1.5 s: GET x: no']);
  });

  it.each([
    { patience: undefined, seconds: 90 },
    { patience: LONG_PATIENCE, seconds: 300 },
  ])('goes on for $seconds seconds, and keeps the hint', async ({ patience, seconds }) => {
    const clock = fakeClock();

    const attempt = retrying({ clock, log: () => undefined, patience }, async () => {
      throw failing({}, 'look there');
    });

    await expect(attempt).rejects.toMatchObject({
      message: expect.stringMatching(/^GET x: no \(tried \d+ times in \d+(\.\d)? s\)$/),
      findings: [{ hint: 'look there' }],
    });
    expect(clock.slept()).toBeGreaterThanOrEqual(seconds * 1000);
    expect(clock.slept()).toBeLessThan((seconds + 30) * 1000);
  });

  it('outlasts a server that is away for a minute', async () => {
    const clock = fakeClock();
    const back = clock.now() + 60_000;

    const answer = await retrying({ clock, log: () => undefined }, async () => {
      if (clock.now() < back) throw failing({});
      return 'yes';
    });

    expect(answer).toBe('yes');
  });

  it('tries four times what takes longer than the patience itself', async () => {
    const clock = fakeClock();
    let tries = 0;

    const attempt = retrying({ clock, log: () => undefined }, async () => {
      tries += 1;
      clock.advance(1_000_000);
      throw failing({});
    });

    await expect(attempt).rejects.toThrow('tried 4 times');
    expect(tries).toBe(4);
  });

  it('never asks without a pause, whatever the server says', async () => {
    const clock = fakeClock(0);
    let tries = 0;

    const attempt = retrying({ clock, log: () => undefined }, async () => {
      tries += 1;
      throw failing({ after: 0 });
    });

    await expect(attempt).rejects.toThrow('GET x: no');
    expect(tries).toBeLessThan(15);
  });

  it('does not repeat what makes no sense, nor a bug', async () => {
    for (const error of [failing(undefined), new TypeError('bug')]) {
      let tries = 0;

      const attempt = retrying({ clock: fakeClock(), log: () => undefined }, async () => {
        tries += 1;
        throw error;
      });

      await expect(attempt).rejects.toBe(error);
      expect(tries).toBe(1);
    }
  });

  it('does not wait as long as a server asks when that is absurd', async () => {
    const clock = fakeClock();

    const attempt = retrying({ clock, log: () => undefined }, async () => {
      throw failing({ after: 3_600_000 });
    });

    await expect(attempt).rejects.toMatchObject({ message: 'GET x: no; the server asks to wait 3600 s' });
    expect(clock.slept()).toBe(0);
  });

  it('stays within its budget, whatever servers say', async () => {
    const repeat = fc.record(
      { after: fc.integer({ min: 0, max: 200_000 }), most: fc.integer({ min: 1, max: 9 }) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(repeat, { minLength: 9, maxLength: 9 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (repeats, random) => {
          const clock = fakeClock(random);
          let tries = 0;

          const attempt = retrying({ clock, log: () => undefined }, async () => {
            tries += 1;
            throw failing({ ...repeats[tries - 1] });
          });

          await expect(attempt).rejects.toBeInstanceOf(CallError);
          expect(clock.slept()).toBeLessThanOrEqual(90_000 + 4 * 120_000);
          expect(tries).toBeLessThanOrEqual(9);
        },
      ),
    );
  });
});

describe('waitFor', () => {
  it.each([
    [{}, 1, 0, 0.5, 750],
    [{}, 5, 0, 0.999, 15_992],
    [{}, 50, 0, 0.999, 29_985],
    [{}, 4, 90_000, 0.5, undefined],
    [{}, 3, 90_000, 0.5, 3000],
    [{ after: 7000 }, 1, 0, 0.5, 7000],
    [{ after: 121_000 }, 1, 0, 0.5, undefined],
    [{ most: 2 }, 2, 0, 0.5, undefined],
    [undefined, 1, 0, 0.5, undefined],
  ])('of %j after try %d and %d ms', (repeat, tries, failed, random, expected) => {
    expect(waitFor(failing(repeat), { tries, failing: failed, patience: 90_000, random })).toBe(expected);
  });
});

describe('retryAfter', () => {
  const date = 'Wed, 01 Jan 2025 00:00:00 GMT';

  it.each([
    [{}, undefined],
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': 'Wed, 01 Jan 2025 00:00:05 GMT', date }, 5000],
    [{ 'retry-after': 'Tue, 31 Dec 2024 00:00:05 GMT', date }, 0],
    [{ 'retry-after': 'Wed, 01 Jan 2025 00:00:05 GMT' }, undefined],
    [{ 'retry-after': 'soon', date }, undefined],
  ])('of %j is %p', (headers, expected) => {
    expect(retryAfter(new Map(Object.entries(headers)))).toBe(expected);
  });
});
