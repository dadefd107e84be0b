import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outcomeOf } from '../../backends/contract.ts';
import { type BatchBench, startBatchBench } from './bench.ts';

describe('the preset aws-batch, by the client of AWS and a stand-in that starts containers', () => {
  let bench: BatchBench;
  beforeAll(async () => {
    bench = await startBatchBench('aws-batch');
  }, 900_000);
  afterAll(() => bench?.close());

  it('runs an image by digest, and tells its log and its exit code', async () => {
    const backend = bench.connect();
    const run = bench.plan('fails');
    await backend.check?.(run);
    const handle = await backend.submit(run, backend.intentOf(run));
    const { stdout, verdict } = await outcomeOf(backend.follow(handle, new AbortController().signal));
    expect([stdout, verdict]).toEqual(['', { reason: 'failed', exitCode: 3 }]);
  });
});
