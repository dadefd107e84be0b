import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RETRY_CAUSES, type RetryCause } from '../../../src/jobspec/job/retry.ts';
import { attemptOf } from '../../../src/run/attempts/attempt.ts';
import { decideRetry } from '../../../src/run/attempts/decision.ts';
import { attemptsText, nextAttemptText } from '../../../src/run/attempts/told.ts';
import type { Reason } from '../../../src/run/types/verdict.ts';
import { runPlan } from '../../report/results.ts';

const ALL = { max: 3, on: RETRY_CAUSES, backoff: 10 };

describe('the decision after an attempt', () => {
  it.each<[Reason, RetryCause | undefined]>([
    ['succeeded', undefined],
    ['failed', 'error'],
    ['oom-host', 'error'],
    ['oom-gpu', 'error'],
    ['interrupted', 'interruption'],
    ['node-error', 'interruption'],
    ['no-capacity', 'no-capacity'],
    ['queue-timeout', 'no-capacity'],
    ['timeout', undefined],
    ['cancelled', undefined],
    ['lost-contact', undefined],
    ['image-pull', undefined],
    ['preflight', undefined],
    ['internal', undefined],
  ])('of %s is tried again on %s', (reason, cause) => {
    const tried = RETRY_CAUSES.filter(
      (one) => decideRetry({ retry: { ...ALL, on: [one] } }, { reason }).kind === 'retry',
    );

    expect(tried).toEqual(cause === undefined ? [] : [cause]);
  });

  it('is to end where nobody asked for another attempt', () => {
    expect(decideRetry({}, { reason: 'interrupted' })).toEqual({ kind: 'end' });
  });

  it('is to end after so many attempts, and never sooner', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 200 }), (max, retries) => {
        const { kind } = decideRetry({ retry: { ...ALL, max }, retries }, { reason: 'failed' });

        expect(kind).toBe(retries < max ? 'retry' : 'end');
      }),
    );
  });

  it('waits twice as long each time, up to 10 minutes or what the spec says', () => {
    const waits = (backoff: number) =>
      [0, 1, 2, 6, 50].map((retries) =>
        decideRetry({ retry: { max: 100, on: ['error'], backoff }, retries }, { reason: 'failed' }),
      );

    expect(waits(10).map((one) => 'after' in one && one.after)).toEqual([10, 20, 40, 600, 600]);
    expect(waits(3600).map((one) => 'after' in one && one.after)).toEqual([3600, 3600, 3600, 3600, 3600]);
  });
});

describe('another attempt', () => {
  const checkpoint = { name: 'checkpoint', path: 'state', key: '0'.repeat(16) };

  it('is a run of its own that knows which it is', () => {
    const first = runPlan({ id: '1-1-train-0a0a0a0a', attempt: 2, labels: new Map([['jobimg.plan', 'x']]) });
    const third = attemptOf(first, 2);

    expect([third.id, third.retries, third.family, third.hash]).toEqual([
      '1-1-train-0a0a0a0a-t3',
      2,
      first.family,
      first.hash,
    ]);
    expect(Object.fromEntries(third.env)).toMatchObject({ JOBIMG_RUN_ID: third.id, JOBIMG_ATTEMPT: '4' });
    expect(Object.fromEntries(third.labels)).toEqual({
      'jobimg.plan': 'x',
      'jobimg.run': third.id,
      'jobimg.attempt': '3',
    });
  });

  it('goes on from a checkpoint where there is one', () => {
    const resumes = (changes: object) => attemptOf(runPlan(changes), 1).env.get('JOBIMG_RESUME');

    expect([resumes({ checkpoint }), resumes({})]).toEqual(['1', undefined]);
  });

  it('has an id that is short enough, unlike any other', () => {
    const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/);
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 100 }), (first, retries) => {
        const ids = [
          first,
          attemptOf(runPlan({ id: first }), retries).id,
          attemptOf(runPlan({ id: first }), retries + 1).id,
        ];

        expect(new Set(ids).size).toBe(3);
        for (const one of ids) expect(one).toMatch(/^[a-z0-9-]{1,52}$/);
      }),
    );
  });
});

describe('what is told of attempts', () => {
  it('is why the next one starts, and when', () => {
    const verdict = { reason: 'interrupted', detail: 'the engine stopped during the run' } as const;

    expect(nextAttemptText({ retry: ALL }, verdict, 10)).toBe(
      'attempt 1 of 4: failed (interrupted): the engine stopped during the run; attempt 2 starts in 10 s',
    );
  });

  it('is how many it took, and how those before ended', () => {
    const run = runPlan({ retry: ALL, retries: 1 });
    const earlier = [{ run: 'a', verdict: { reason: 'interrupted' }, duration: 1 }] as const;

    expect(attemptsText({ run, earlier })).toBe('attempt 2 of 4, after: interrupted');
    expect(attemptsText({ run })).toBe('attempt 2 of 4');
    expect(attemptsText({ run: runPlan({ retry: ALL }) })).toBeUndefined();
  });
});
