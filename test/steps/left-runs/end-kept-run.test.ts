import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../src/oci/digest.ts';
import { recordOf } from '../../../src/run/record.ts';
import type { Ended } from '../../../src/run/records/ended.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { endKeptRun } from '../../../src/steps/left-runs/end-kept-run.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

const IMAGE = { registry: 'ghcr.io', path: 'acme/train', digest: sha256('image') };
const ENDED: Ended = {
  at: '2026-12-01T00:00:00.000Z',
  reason: 'cancelled',
  'exit-code': 143,
  detail: null,
  duration: 3,
  metrics: {},
  outputs: ['outputs/metrics.json'],
  size: 14,
};

async function end(changes: Partial<RunPlan>, ended: Ended = ENDED) {
  const world = fakeWorld({});
  const run = runPlan({ id: 'train-1', image: IMAGE, ...changes });
  const handle = { backend: 'docker', run: run.id, name: 'jobimg-train-1', hash: run.hash, native: {} };
  const owner = { pid: 9, host: 'box', boot: '1', namespace: '1', started: '1' };
  const record = recordOf(run, handle, { folder: '/work', owner, now: new Date(0) });
  const backend = await world.tools.backend(run.backend, new Map());
  const tools = { ...world.tools, backend, files: await world.tools.files(run) };
  const text = await endKeptRun({ handle, record, ended }, tools);
  return { world, text };
}

describe('a run whose result was kept by a process that is gone', () => {
  it('is not collected again; its outputs are pushed, and its container is removed', async () => {
    const { world, text } = await end({ outputsTo: 'registry' });

    expect(world.referrers.get(IMAGE.digest)).toHaveLength(1);
    expect(world.done).toEqual(['amend train-1 cancelled', 'clean train-1']);
    expect(text).toContain('its outputs are in /runs/1: outputs/metrics.json');
  });

  it.each<[string, Partial<RunPlan>, Ended]>([
    [
      'that were pushed',
      { outputsTo: 'registry' },
      { ...ENDED, 'outputs-artifact': `r.io/a@${IMAGE.digest}` },
    ],
    ['that were refused', { outputsTo: 'registry' }, { ...ENDED, reason: 'internal' }],
    ['that stay on the machine', {}, ENDED],
  ])('is removed, and outputs %s are not pushed', async (_, changes, ended) => {
    const { world } = await end(changes, ended);

    expect(world.referrers.size).toBe(0);
    expect(world.done).toEqual(['clean train-1']);
  });
});
