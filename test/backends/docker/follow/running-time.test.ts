import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunningTime } from '../../../../src/backends/docker/follow/running-time.ts';
import { type Clock, systemClock } from '../../../../src/io/clock.ts';
import { fakeClock } from '../../../fakes/clock.ts';
import { outcomeOf } from '../../contract.ts';
import { dockerOn } from '../../docker-bench.ts';
import { type FakeBench, startFakeBench } from '../../fake-bench.ts';

let bench: FakeBench;
beforeEach(async () => {
  bench = await startFakeBench();
});
afterEach(async () => {
  await bench.close();
});

describe('the time limit', () => {
  it.each([
    ['at once', 0],
    ['within a second', 900],
    ['after many seconds', 20_000],
  ])('is counted from the start, when the engine answers to it %s', async (_, took) => {
    let passed = 0;
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + passed };
    bench.engine.fault = (call) => {
      if (call.endsWith('/start')) passed += took;
      return false;
    };
    const { backend } = dockerOn(bench.engine.url, { clock });
    const run = bench.plan('sleeps', { timeout: 1, stopGrace: 2 });

    const handle = await backend.submit(run, backend.intentOf(run));
    const { duration, verdict } = await outcomeOf(backend.follow(handle, new AbortController().signal));

    expect(verdict.reason).toBe('timeout');
    // Two clocks, and a timer, count in milliseconds.
    expect(duration).toBeGreaterThanOrEqual(0.99);
  });
});

describe('RunningTime', () => {
  const state = (milliseconds: number) => ({
    StartedAt: new Date(0).toISOString(),
    FinishedAt: new Date(milliseconds).toISOString(),
  });

  it('believes an engine that had it running a little before it answered', () => {
    const clock = fakeClock();
    const time = new RunningTime(clock.now(), clock);
    clock.advance(500);

    expect(time.durationOf(state(1_400) as Parameters<RunningTime['durationOf']>[0])).toBe(1.4);
  });

  it('believes its own clock where that of the engine was set', () => {
    const clock = fakeClock();
    const time = new RunningTime(clock.now(), clock);
    clock.advance(500);

    expect(time.durationOf(state(3_600_000) as Parameters<RunningTime['durationOf']>[0])).toBe(0.5);
  });

  it('believes an engine whose container had ended long before its log was read', () => {
    const clock = fakeClock();
    const time = new RunningTime(clock.now() - 60_000, clock, true);

    time.seen();

    expect(time.durationOf(state(3_500) as Parameters<RunningTime['durationOf']>[0])).toBe(3.5);
  });
});
