import { describe, expect, it } from '@jest/globals';
import { outcomeOf, outcomeOfAll } from '../../src/run/outcome.ts';
import type { Reason, Verdict } from '../../src/run/types/verdict.ts';

const verdicts = (...reasons: readonly Reason[]): readonly Verdict[] => reasons.map((reason) => ({ reason }));

describe('how a run ended, in one line', () => {
  it.each<[Verdict, string]>([
    [{ reason: 'succeeded', exitCode: 0 }, 'succeeded after 4.8 s'],
    [{ reason: 'failed', exitCode: 1 }, 'failed, exit code 1, after 4.8 s'],
    [{ reason: 'oom-host', exitCode: 137 }, 'failed, exit code 137 (oom-host), after 4.8 s'],
    [{ reason: 'timeout', exitCode: 143 }, 'failed, exit code 143 (timeout), after 4.8 s'],
    [{ reason: 'lost-contact' }, 'failed (lost-contact) after 4.8 s'],
    [{ reason: 'failed' }, 'failed after 4.8 s'],
    [{ reason: 'cancelled', exitCode: 143 }, 'cancelled after 4.8 s'],
  ])('%j is "%s"', (verdict, line) => {
    expect(outcomeOf(verdict, '4.8 s')).toBe(line);
  });

  it.each<[readonly Verdict[], string]>([
    [verdicts('succeeded', 'succeeded'), '2 succeeded after 4.8 s'],
    [verdicts('succeeded', 'oom-gpu', 'failed'), '1 succeeded, 2 failed, after 4.8 s'],
    [verdicts('cancelled', 'failed', 'cancelled'), '1 failed, 2 cancelled, after 4.8 s'],
  ])('those of a matrix are counted: %j', (all, line) => {
    expect(outcomeOfAll(all, '4.8 s')).toBe(line);
  });
});
