import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CallError, type Repeat, retryAfter, retrying, waitFor } from '../../src/io/retry.ts';
import { fakeClock } from '../fakes/clock.ts';

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
    expect(lines).toEqual(['trying again in 0.5 s: GET x: no', 'trying again in 1 s: GET x: no']);
  });

  it('gives up after six tries and keeps the hint', async () => {
    let tries = 0;

    const attempt = retrying({ clock: fakeClock(), log: () => undefined }, async () => {
      tries += 1;
      throw failing({}, 'look there');
    });

    await expect(attempt).rejects.toMatchObject({
      message: 'GET x: no (tried 6 times)',
      findings: [{ hint: 'look there' }],
    });
    expect(tries).toBe(6);
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
          expect(clock.slept()).toBeLessThanOrEqual(5 * 60_000);
          expect(tries).toBeLessThanOrEqual(9);
        },
      ),
    );
  });
});

describe('waitFor', () => {
  it.each([
    [{}, 1, 0.5, 500],
    [{}, 5, 0.999, 15_984],
    [{ after: 7000 }, 1, 0.5, 7000],
    [{ after: 121_000 }, 1, 0.5, undefined],
    [{ most: 2 }, 2, 0.5, undefined],
    [{}, 6, 0.5, undefined],
    [undefined, 1, 0.5, undefined],
  ])('of %j after try %d', (repeat, tries, random, expected) => {
    expect(waitFor(failing(repeat), { tries, left: 300_000, random })).toBe(expected);
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
