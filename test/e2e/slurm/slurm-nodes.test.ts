import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { command } from '../../engine/machine/command.ts';
import { docker } from '../support/images/containers.ts';
import { type SlurmBench, startSlurmBench } from '../support/slurm-bench.ts';

/**
 * Node 0 listens, and node 1 says a word to it, by the variables that both are told. A listener without input ends its half
 * of the connection at once, and who speaks would take that for the end of all, so each keeps its input open.
 */
const MEETS = [
  'echo node $NODE_RANK of $JOBIMG_NODES; mkdir -p outputs; echo $NODE_RANK >outputs/rank',
  'if [ $NODE_RANK = 0 ]; then mkfifo in; nc -l -p $MASTER_PORT <>in',
  'else until echo hello from $NODE_RANK | nc -w 5 $MASTER_ADDR $MASTER_PORT 2>&-; do sleep 0.2; done; fi',
].join('\n');

const ENDS_OTHERS = [
  "trap 'echo bye; exit 9' TERM; echo ready",
  'if [ $NODE_RANK = 1 ]; then sleep 2; exit 3; fi',
  'while :; do sleep 0.1; done',
].join('\n');

describe('a run of two nodes of a cluster', () => {
  let bench: SlurmBench;
  beforeAll(async () => {
    bench = await startSlurmBench('slurm-nodes', { nodes: 2 });
  });
  afterAll(() => bench?.close());

  async function run(text: string, port: string) {
    const nodes = { count: 2, outputs: 'all' } as const;
    const env = new Map([
      ['JOBIMG_NODES', '2'],
      ['MASTER_PORT', port],
    ]);
    const changes: Partial<RunPlan> = { nodes, env, command: { kind: 'shell', shell: 'sh', text } };
    const plan = bench.plan('prints', { ...changes, outputs: ['outputs/'] });
    const backend = bench.connect();
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const logs = ['', ''];
    let verdict: object = {};
    for await (const event of backend.follow(handle, new AbortController().signal)) {
      if (event.type === 'log') logs[event.node ?? 0] += Buffer.from(event.bytes).toString();
      if (event.type === 'end') verdict = event.verdict;
    }
    const folder = join(bench.cluster.folder, plan.id);
    const { files } = await backend.collect(handle, plan, folder);
    await backend.clean(handle);
    return { verdict, logs, files, folder };
  }

  it('meets, and brings the log and the outputs of each', async () => {
    const { verdict, logs, files, folder } = await run(MEETS, '29517');

    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(logs).toEqual(['node 0 of 2\nhello from 1\n', 'node 1 of 2\n']);
    expect(files).toEqual(['node-1/outputs/rank', 'outputs/rank']);
    expect(await readFile(join(folder, 'node-1/outputs/rank'), 'utf8')).toBe('1\n');
  });

  it('ends as the node that failed first, and the other with its grace', async () => {
    const { verdict, logs } = await run(ENDS_OTHERS, '29518');

    expect(verdict).toMatchObject({ reason: 'failed', exitCode: 3, detail: 'node 1 of 2 failed first' });
    expect(logs).toEqual(['ready\nbye\n', 'ready\n']);
  });

  it('leaves no container when its job is killed', async () => {
    const backend = bench.connect();
    const plan = bench.plan('traps');
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const containers = async (): Promise<string> =>
      await docker(['ps', '--all', '--quiet', '--filter', `name=${handle.name}`], bench.parts.env);
    for await (const { type } of backend.follow(handle, new AbortController().signal))
      if (type === 'log') break;

    // As the kernel does when memory is short.
    const { stdout } = await command('pgrep', ['-f', `job0*${handle.native['id']}/slurm_script`]);
    process.kill(-Number(stdout.trim().split('\n')[0]), 'SIGKILL');
    const jobs = ['--noheader', '--states=RUNNING,COMPLETING', `--jobs=${handle.native['id']}`];
    while ((await bench.cluster.ask('squeue', ...jobs)) !== '') await sleep(200);
    const [left] = (await backend.list()).filter(({ handle: { name } }) => name === handle.name);
    const before = await containers();
    await backend.cancel(handle, 0);
    while ((await containers()) !== '') await sleep(200);

    expect([left?.state, left?.overdue]).toEqual(['ended', true]);
    expect(before).not.toBe('');
    expect(await bench.count(handle.name)).toBe(0);
  });

  it('finds its cache and its checkpoint again', async () => {
    const backend = bench.connect();
    const checkpoint = { name: 'c', path: 'state', key: 'c'.repeat(16) };
    const text =
      'echo $JOBIMG_RESUME; cat state/step /hub/model 2>&- || true; echo 7 >state/step; echo big >/hub/model';
    const logs: string[] = [];
    for (const id of ['first', 'second']) {
      const plan = bench.plan('prints', {
        id: `kept-${process.pid}-${id}`,
        command: { kind: 'shell', shell: 'sh', text },
        caches: [{ name: 'hub', path: '/hub', key: 'd'.repeat(16) }],
        checkpoint,
        env: new Map([['JOBIMG_RESUME', '0']]),
      });
      const handle = await backend.submit(plan, backend.intentOf(plan));
      let log = '';
      for await (const event of backend.follow(handle, new AbortController().signal))
        if (event.type === 'log') log += Buffer.from(event.bytes).toString();
      await backend.clean(handle);
      logs.push(log);
    }
    await backend.releaseCheckpoint?.(checkpoint);

    expect(logs).toEqual(['0\n', '1\n7\nbig\n']);
    expect(await readdir(join(bench.settings.folder ?? '', 'checkpoints'))).toEqual([]);
  });
});
