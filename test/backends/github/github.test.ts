import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outcomeOf } from '../contract.ts';
import { type GithubBench, startGithubBench } from './bench.ts';

const NEVER = new AbortController().signal;

describe('the github backend', () => {
  let bench: GithubBench;
  beforeAll(async () => {
    bench = await startGithubBench();
  });
  afterAll(() => bench.close());

  it('gives back log, exit code and end of a run that a workflow elsewhere has run', async () => {
    const backend = bench.connect();
    const run = bench.plan('fails');

    await backend.check(run);
    const handle = await backend.submit(run, backend.intentOf(run));
    const { verdict, duration } = await outcomeOf(backend.follow(handle, NEVER));

    console.log([...bench.api.runs.values()].map(({ log }) => log.join('')).join(''));
    expect(bench.progress).toEqual([]);
    expect(verdict).toEqual({ reason: 'failed', exitCode: 3 });
    expect(duration).toBeGreaterThanOrEqual(0);
  });
});
