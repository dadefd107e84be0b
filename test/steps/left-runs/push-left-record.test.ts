import { describe, expect, it } from '@jest/globals';
import { findRecord } from '../../../src/evidence/run-record.ts';
import type { Digest } from '../../../src/oci/types.ts';
import { endedRecord, recordOf as startedRecord, withoutMachine } from '../../../src/run/record.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { pushLeftRecord } from '../../../src/steps/left-runs/push-left-record.ts';
import { runPlan } from '../../backends/docker-bench.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { runResult } from '../../report/results.ts';

const IMAGE = {
  registry: 'registry.test',
  path: 'acme/train',
  digest: `sha256:${'c'.repeat(64)}` as Digest,
};

function plan(changes: Partial<RunPlan> = {}): RunPlan {
  return runPlan(IMAGE, { kind: 'arguments', words: ['true'] }, { id: 'left', job: 'train', ...changes });
}

/** What the folder of a run keeps of it when it has ended. */
function recordOf(run: RunPlan): object {
  const handle = { backend: 'docker', run: run.id, name: 'x', hash: run.hash, native: {} };
  const owner = { pid: 7, host: 'gpu-7', boot: 'now', namespace: 'all', started: '5' };
  const kept = { now: new Date(61_000), size: 7, files: [] };
  const verdict = { reason: 'failed', exitCode: 3 } as const;
  const started = startedRecord(run, handle, { folder: '/work', owner, now: new Date(0) });
  return withoutMachine(endedRecord(started, runResult({ run, verdict }), kept));
}

describe('the record of a run whose follower is gone', () => {
  it('is pushed beside the image of the run, as it was kept', async () => {
    const { tools, referrers } = fakeWorld({});
    const run = plan();
    const record = recordOf(run);

    await pushLeftRecord(run, record, tools.registry);

    expect(referrers.get(IMAGE.digest)?.map(({ annotations }) => annotations)).toEqual([
      expect.objectContaining({
        'dev.jobimg.run': 'left',
        'org.opencontainers.image.description': 'run left: failed',
      }),
    ]);
    expect(await findRecord(run.id, IMAGE, tools.registry)).toMatchObject(record);
  });

  it('is pushed once, however many come back for it', async () => {
    const { asked, tools } = fakeWorld({});
    const run = plan();

    await pushLeftRecord(run, recordOf(run), tools.registry);
    await pushLeftRecord(run, recordOf(run), tools.registry);

    expect(asked.filter((call) => call.startsWith('refer '))).toHaveLength(1);
  });

  it('is pushed beside that of another run of the same image', async () => {
    const { tools } = fakeWorld({});
    const [first, second] = [plan(), plan({ id: 'right' })];

    await pushLeftRecord(first, recordOf(first), tools.registry);
    await pushLeftRecord(second, recordOf(second), tools.registry);

    expect((await findRecord('left', IMAGE, tools.registry))?.run).toBe('left');
    expect((await findRecord('right', IMAGE, tools.registry))?.run).toBe('right');
  });

  it.each([
    ['an image that is on an engine alone', { image: { engineId: 'sha256:1' } as never }],
    ['an image without a digest', { image: { ...IMAGE, digest: undefined } as never }],
  ])('is not pushed beside %s', async (_, changes) => {
    const { asked, tools } = fakeWorld({});
    const run = plan(changes);

    await pushLeftRecord(run, recordOf(run), tools.registry);

    expect(asked).toEqual([]);
  });
});
