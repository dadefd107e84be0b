import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { Program } from '../../fakes/engine-server.ts';
import { type FakeKubernetes, startFakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { IMAGE_NAME } from '../fake-bench.ts';
import { clusterPlan, kubernetesOn, plainAccess } from '../kubernetes-bench.ts';

const NEVER = new AbortController().signal;
const INDEX = 'batch.kubernetes.io/job-completion-index';

type Node = Parameters<Program>[0];

function rankOf({ env }: Node): string {
  return env.get('NODE_RANK') ?? '';
}

/** A minute, or until it is told to stop. */
async function untilStopped({ stopping, print }: Node): Promise<number> {
  const isStopped = await sleep(60_000, false, { signal: stopping, ref: false }).catch(() => true);
  print('stopped\n');
  return isStopped ? 143 : 0;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  tells: (node) => {
    const names = ['MASTER_ADDR', 'MASTER_PORT', 'WORLD_SIZE', 'NODE_RANK', 'JOBIMG_NODES'];
    node.print(`${names.map((name) => node.env.get(name)).join(' ')}\n`);
    node.files.set('/workspace/outputs', { type: 'directory' });
    node.files.set(`/workspace/outputs/${rankOf(node)}.txt`, { content: rankOf(node) });
    return 0;
  },
  'node 1 fails': (node) => {
    if (rankOf(node) !== '1') return untilStopped(node);
    node.print('no\n');
    node.files.set('/workspace/outputs/a.txt', { content: '' });
    return 3;
  },
  waits: untilStopped,
};

interface Followed {
  readonly events: readonly RunEvent[];
  readonly logs: Readonly<Record<string, string>>;
  readonly end: RunEvent | undefined;
}

describe('a run of several nodes', () => {
  let cluster: FakeKubernetes;
  let folder: string;
  beforeEach(async () => {
    cluster = await startFakeKubernetes(PROGRAMS);
    cluster.images.add(IMAGE_NAME);
    folder = await mkdtemp(join(tmpdir(), 'jobimg-nodes-'));
  });
  afterEach(async () => {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  function plan(program: string, changes: Partial<RunPlan> = {}): RunPlan {
    const env = new Map([
      ['MASTER_PORT', '29500'],
      ['WORLD_SIZE', '2'],
      ['JOBIMG_NODES', '2'],
      // Whatever a spec says of them.
      ['NODE_RANK', '7'],
    ]);
    return clusterPlan(program, { env, nodes: { count: 2, outputs: 'first' }, stopGrace: 5, ...changes });
  }

  async function submit(run: RunPlan) {
    const { backend, progress } = kubernetesOn(plainAccess(cluster.url));
    const handle = await backend.submit(run, backend.intentOf(run));
    return { backend, handle, progress };
  }

  async function followed(events: AsyncIterable<RunEvent>): Promise<Followed> {
    const all: RunEvent[] = [];
    const logs: Record<string, string> = {};
    for await (const event of events) {
      all.push(event);
      if (event.type !== 'log') continue;
      const node = String(event.node ?? 0);
      logs[node] = (logs[node] ?? '') + Buffer.from(event.bytes).toString();
    }
    return { events: all, logs, end: all.at(-1) };
  }

  it('is told where node 0 is, shows its log, and keeps those of the others', async () => {
    const { backend, handle } = await submit(plan('tells'));
    const { logs, end } = await followed(backend.follow(handle, NEVER));

    const address = `${handle.name}-0.${handle.name}`;
    expect(logs).toEqual({ 0: `${address} 29500 2 0 2\n`, 1: `${address} 29500 2 1 2\n` });
    expect(end).toMatchObject({ verdict: { reason: 'succeeded', exitCode: 0 } });
  });

  it('has a service of its name, which goes away with it', async () => {
    const { backend, handle } = await submit(plan('tells'));
    const [service] = cluster.store.list('services');
    await followed(backend.follow(handle, NEVER));
    await backend.clean(handle);

    expect(service?.metadata.name).toBe(handle.name);
    expect(cluster.store.list('services')).toEqual([]);
  });

  it.each([
    ['first', ['outputs/0.txt']],
    ['all', ['node-1/outputs/1.txt', 'outputs/0.txt']],
  ] as const)('gives back the outputs of %s', async (outputs, files) => {
    const run = plan('tells', { nodes: { count: 2, outputs }, outputs: ['outputs/'] });
    const { backend, handle } = await submit(run);
    await followed(backend.follow(handle, NEVER));

    expect((await backend.collect(handle, run, folder)).files).toEqual(files);
  });

  it('ends as a whole when one node fails, as that one did, with the outputs of node 0', async () => {
    const run = plan('node 1 fails');
    const { backend, handle, progress } = await submit(run);
    const { logs, end } = await followed(backend.follow(handle, NEVER));

    expect(logs).toEqual({ 0: 'stopped\n', 1: 'no\n' });
    expect(end).toMatchObject({
      verdict: { reason: 'failed', exitCode: 3, detail: 'node 1 of 2 failed first' },
    });
    expect(progress).toEqual(['node 1 of 2 has failed: the others are ended']);
    expect(await backend.look(handle, [])).toMatchObject({
      state: 'ended',
      verdict: { reason: 'failed', exitCode: 3, detail: 'node 1 of 2 failed first' },
    });
  });

  it('ends as a whole also without a container that keeps outputs', async () => {
    const run = plan('node 1 fails', { backend: { name: 'kubernetes', options: { outputs: 'none' } } });
    const { backend, handle } = await submit(run);
    const { logs, end } = await followed(backend.follow(handle, NEVER));

    expect(logs[1]).toBe('no\n');
    expect(end).toMatchObject({ verdict: { reason: 'failed', exitCode: 3 } });
  });

  it('is stopped as a whole', async () => {
    const { backend, handle } = await submit(plan('waits'));
    const stop = new AbortController();
    const events: RunEvent[] = [];
    for await (const event of backend.follow(handle, stop.signal)) {
      events.push(event);
      if (event.type === 'state' && event.state === 'started') stop.abort();
    }

    expect(events.filter(({ type }) => type === 'log')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ verdict: { reason: 'cancelled' } });
    await backend.cancel(handle, 1);
    expect(cluster.store.list('pods')).toEqual([]);
  });

  it('has begun when all of its nodes have, and leaves nothing where that takes too long', async () => {
    cluster.fate = ({ metadata }) =>
      metadata.annotations?.[INDEX] === '1'
        ? { conditions: [{ type: 'PodScheduled', status: 'False', message: 'no GPU is free' }] }
        : undefined;
    const { backend, handle } = await submit(plan('waits', { queueTimeout: 1 }));
    const { events, end } = await followed(backend.follow(handle, NEVER));

    expect(events).toContainEqual({
      type: 'state',
      state: 'queued',
      detail: '1 of 2 nodes have begun, and wait for node 1: no GPU is free',
    });
    expect(events).not.toContainEqual({ type: 'state', state: 'started' });
    expect(end).toMatchObject({ verdict: { reason: 'queue-timeout' } });
    expect(cluster.store.list('jobs')).toEqual([]);
  });

  it('stands in a queue as a whole', async () => {
    const backendChoice = { name: 'kubernetes', options: { queue: 'gpu' } } as const;
    const { backend, handle } = await submit(plan('tells', { backend: backendChoice }));
    const before = cluster.store.list('pods').length;
    const following = followed(backend.follow(handle, NEVER));
    cluster.resume(handle.name);

    expect((await following).end).toMatchObject({ verdict: { reason: 'succeeded' } });
    expect([before, cluster.store.list('pods').length]).toEqual([0, 2]);
  });

  it('is taken over by whoever follows it next', async () => {
    const run = plan('node 1 fails');
    await submit(run);
    const { backend, handle } = await submit(run);
    const { end } = await followed(backend.follow(handle, NEVER));

    expect(end).toMatchObject({ verdict: { reason: 'failed', exitCode: 3 } });
    expect(cluster.store.list('jobs')).toHaveLength(1);
    expect(await backend.list()).toMatchObject([{ state: 'ended' }]);
  });
});
