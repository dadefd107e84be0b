import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Docker } from '../../../../src/backends/docker/engine/docker.ts';
import { CHECKPOINT_KEPT, checkpointVolume } from '../../../../src/backends/docker/launch/volumes.ts';
import type { KeptFolder, RunPlan } from '../../../../src/run/types/plan.ts';
import type { FakeContainer } from '../../../fakes/engine-server.ts';
import { outcomeOf } from '../../contract.ts';
import { dockerOn } from '../../docker-bench.ts';
import { type FakeBench, startFakeBench } from '../../fake-bench.ts';

const OWNER = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const HF: KeptFolder = { name: 'hf', path: '/caches/hf', key: '1'.repeat(16) };
const CHECKPOINT: KeptFolder = { name: 'checkpoint', path: 'state/deep', key: '2'.repeat(16) };
const NEVER = new AbortController().signal;

let bench: FakeBench;
beforeEach(async () => {
  bench = await startFakeBench();
});
afterEach(async () => {
  await bench.close();
});

function connected(docker: Partial<Docker> = {}) {
  return dockerOn(bench.engine.url, { owner: OWNER, ...docker }).backend;
}

async function run(changes: Partial<RunPlan>): Promise<FakeContainer> {
  const backend = connected();
  const plan = bench.plan('prints', changes);
  const handle = await backend.submit(plan, backend.intentOf(plan));
  await outcomeOf(backend.follow(handle, NEVER));
  const container = bench.engine.containers.get(handle.native['container'] ?? '');
  if (container === undefined) throw new Error('no container');
  return container;
}

describe('what outlives the container of a run', () => {
  it('is a volume for each cache and one for the checkpoint, which any user may write to', async () => {
    const labels = new Map([['jobimg.repo', 'acme/train']]);

    const { body, files } = await run({
      caches: [HF],
      checkpoint: CHECKPOINT,
      workdir: '/workspace',
      labels,
    });

    expect(body.HostConfig['Mounts']).toMatchObject([
      {
        Type: 'volume',
        Source: `jobimg-cache-${HF.key}`,
        Target: '/caches/hf',
        VolumeOptions: { NoCopy: true, Labels: { 'jobimg.cache': 'hf', 'jobimg.repo': 'acme/train' } },
      },
      {
        Type: 'volume',
        Source: `jobimg-checkpoint-${CHECKPOINT.key}`,
        Target: '/workspace/state/deep',
        VolumeOptions: { NoCopy: true, Labels: { 'jobimg.owner': OWNER, 'jobimg.repo': 'acme/train' } },
      },
    ]);
    expect(
      ['/caches/hf', '/workspace/state', '/workspace/state/deep'].map((path) => files.get(path)),
    ).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ type: 'directory', mode: 0o777 })));
  });

  it('tells a run of the same workflow that there is a checkpoint', async () => {
    const env = new Map([['JOBIMG_RESUME', '0']]);
    const resumes = async (id: string) =>
      (await run({ id, env, checkpoint: CHECKPOINT })).body.Env.filter((one) => one.includes('RESUME'));

    expect([await resumes('first'), await resumes('second')]).toEqual([
      ['JOBIMG_RESUME=0'],
      ['JOBIMG_RESUME=1'],
    ]);
  });

  it('is released when the container that used it is gone', async () => {
    const { id } = await run({ checkpoint: CHECKPOINT });
    const clock = {
      now: () => 0,
      random: () => 0,
      sleep: async () => void bench.engine.containers.delete(id),
    };

    await connected({ clock }).releaseCheckpoint?.(CHECKPOINT);
    await connected({ clock }).releaseCheckpoint?.(CHECKPOINT);

    expect([...bench.engine.volumes.keys()]).toEqual([]);
  });

  it('is swept when its time is up, of this machine alone, and never while it is used', async () => {
    const until = (seconds: number) => String(Math.floor(Date.now() / 1_000) + seconds);
    const left = (owner: string, seconds: number) => ({
      'jobimg.checkpoint': 'x',
      'jobimg.owner': owner,
      'jobimg.kept-until': until(seconds),
    });
    const { engine } = bench;
    await run({ id: 'first', checkpoint: CHECKPOINT });
    engine.volumes.set(checkpointVolume(CHECKPOINT), left(OWNER, -60));
    engine.volumes.set('over', left(OWNER, -60));
    engine.volumes.set('waits', left(OWNER, CHECKPOINT_KEPT));
    engine.volumes.set('foreign', left('somebody', -60));
    engine.volumes.set('cache', { 'jobimg.cache': 'hf', 'jobimg.owner': OWNER });

    await run({ id: 'second' });

    expect([...engine.volumes.keys()]).toEqual([checkpointVolume(CHECKPOINT), 'waits', 'foreign', 'cache']);
  });
});
