import { describe, expect, it } from '@jest/globals';
import { followPolled } from '../../../src/io/polled/follow.ts';
import { NoAnswer } from '../../../src/io/polled/passing.ts';
import type { PolledPlace, Standing } from '../../../src/io/polled/place.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { Handle } from '../../../src/run/types/handle.ts';
import { fakeClock } from '../../fakes/clock.ts';

const HANDLE: Handle = { backend: 'queue', run: 'a', name: 'jobimg-a', hash: 'sha256:a', native: {} };
const SUCCEEDED: Standing = { state: 'ended', verdict: { reason: 'succeeded', exitCode: 0 } };
const CANCELLED: Standing = { state: 'ended', verdict: { reason: 'cancelled' } };
const QUEUED: Standing = { state: 'queued', detail: 'no node is free' };
const RUNNING: Standing = { state: 'running' };

/** A place that says these one after the other, a second apart, and gives no answer to the first requests to stop. */
async function followed(standings: readonly Standing[], silent = 0) {
  let polls = 0;
  let stops = 0;
  const place: PolledPlace = {
    every: 1_000,
    watchCommand: () => 'watch',
    async poll() {
      const standing = standings[polls++];
      if (standing === undefined) throw new Error('asked without end');
      return { standing, log: new Uint8Array(), cursor: '0' };
    },
    async requestStop() {
      if (stops++ < silent) throw new NoAnswer('away');
    },
  };
  const following = { handle: HANDLE, signal: new AbortController().signal, leaving: undefined };
  const events: RunEvent[] = [];
  for await (const event of followPolled({ ...following, grace: 1, queueTimeout: 5 }, place, fakeClock()))
    events.push(event);
  const end = events.at(-1);
  return { reason: end?.type === 'end' ? end.verdict.reason : undefined, stops };
}

const times = (count: number, standing: Standing): readonly Standing[] => Array(count).fill(standing);

describe('a run that is followed', () => {
  it('is given up when it has waited for its time', async () => {
    expect(await followed([...times(20, QUEUED), CANCELLED])).toEqual({ reason: 'queue-timeout', stops: 1 });
  });

  it('has not waited while it ran', async () => {
    const standings = [QUEUED, ...times(20, RUNNING), QUEUED, SUCCEEDED];

    expect(await followed(standings)).toEqual({ reason: 'succeeded', stops: 0 });
  });

  it('is given up later where the place does not hear it', async () => {
    expect(await followed([...times(20, QUEUED), CANCELLED], 2)).toEqual({
      reason: 'queue-timeout',
      stops: 3,
    });
  });

  it('is taken away later where what it waits for never comes, and the place does not hear it', async () => {
    const never: Standing = { ...QUEUED, never: { reason: 'no-capacity' } };

    expect(await followed(times(20, never), 2)).toEqual({ reason: 'no-capacity', stops: 3 });
  });
});
