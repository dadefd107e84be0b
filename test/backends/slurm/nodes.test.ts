import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jobScript, runScript } from '../../../src/backends/slurm/script/job.ts';
import { sbatchWords } from '../../../src/backends/slurm/script/submit.ts';
import { standingOf } from '../../../src/backends/slurm/standing.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const PROGRAMS = {
  // As Slurm does: each task has its number, and one that ends with another code than 0 takes all with it.
  srun: `#!/bin/sh
echo "$@" >"$FAKE/srun"
k=0; ps=
while [ "$k" -lt 2 ]; do SLURM_PROCID=$k sh "$JOBIMG_FOLDER/node.sh" & ps="$ps $!"; echo $! >"$FAKE/task-$k"; k=$((k + 1)); done
set -- $ps
wait "$2" || { echo 'srun: error: other: task 1: Killed' >&2; kill -KILL "$1"; pkill -KILL -P "$1"; }
wait "$1"`,
  // A container is a script of the test.
  docker: `#!/bin/sh
case $1 in
create) echo "$@" >"$FAKE/create-\${3##*-}" ;;
start) k=\${3##*-}; sh "$FAKE/$k.sh" & echo $! >"$FAKE/pid-$k"; wait $!; c=$?
  while kill -0 "$(cat "$FAKE/pid-$k")" 2>/dev/null; do wait "$(cat "$FAKE/pid-$k")"; c=$?; done
  echo "$c" >"$FAKE/code-$k" ;;
stop) kill -TERM "$(cat "$FAKE/pid-\${4##*-}")" ;;
inspect) echo "$(cat "$FAKE/code-\${4##*-}") false" ;;
esac`,
  // Seconds are short, but for a time limit.
  sleep: `#!/bin/sh\n[ "$1" -lt 1000 ] || exec /bin/sleep "$1"\nexec /bin/sleep 0.02`,
};

const STOPS = `trap 'echo bye; exit 9' TERM; echo ready; while :; do /bin/sleep 0.05; done`;

describe('a run of several nodes', () => {
  const run = runPlan(
    IMAGE,
    { kind: 'arguments', words: ['true'] },
    { nodes: { count: 2, outputs: 'first' }, backend: { name: 'slurm', options: {} }, timeout: 3_600 },
  );
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-nodes-'));
    for (const name of ['run', 'bin', 'fake']) mkdirSync(join(root, name));
    for (const [name, text] of Object.entries(PROGRAMS))
      writeFileSync(join(root, 'bin', name), text, { mode: 0o755 });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** The batch script, with these containers on its two nodes. */
  function begin(first: string, second: string): ChildProcess {
    writeFileSync(join(root, 'fake/0.sh'), first);
    writeFileSync(join(root, 'fake/1.sh'), second);
    const site = { container: 'docker', setup: [] } as const;
    writeFileSync(join(root, 'run/job.sh'), jobScript(run, 'jobimg-test', site));
    writeFileSync(join(root, 'run/node.sh'), runScript(run, 'jobimg-test', site));
    const env = {
      PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
      FAKE: join(root, 'fake'),
      JOBIMG_FOLDER: join(root, 'run'),
      SLURMD_NODENAME: 'node-a',
    };
    return spawn('sh', [join(root, 'run/job.sh')], { env, stdio: 'ignore' });
  }

  function fact(name: string): string | undefined {
    const path = join(root, 'run', name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
  }

  /** How the files say that it ended. */
  async function endOf(child: ChildProcess): Promise<object> {
    if (child.exitCode === null) await once(child, 'exit');
    const names = ['exit', 'stopped', 'stop', 'failure', 'node', 'nodes', 'started'];
    const facts = names.flatMap((name) => {
      const value = fact(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const hash = `sha256:${'a'.repeat(64)}`;
    return standingOf(new Map([['hash', hash], ['id', '1'], ...facts]), hash);
  }

  it('asks for as many machines, and a step that ends as one', async () => {
    await endOf(begin('exit 0', 'exit 0'));

    const gpu = { count: { min: 8 }, names: [], optional: false };
    expect(sbatchWords({ ...run, resources: { gpu } }, 'jobimg-test')).toEqual(
      expect.arrayContaining(['--nodes=2', '--ntasks-per-node=1', '--gpus-per-node=8']),
    );
    expect(readFileSync(join(root, 'fake/srun'), 'utf8')).toContain('--kill-on-bad-exit=1');
  });

  it('succeeds when each has, with the log of the first as its own', async () => {
    const end = await endOf(begin('echo zero', 'echo one'));

    expect(end).toMatchObject({ state: 'ended', verdict: { reason: 'succeeded', exitCode: 0 } });
    expect([fact('log'), fact('node-1/log'), fact('started')]).toEqual([
      'zero',
      'one',
      expect.stringMatching(/^\d+$/),
    ]);
    const words = readFileSync(join(root, 'fake/create-1'), 'utf8');
    expect(words).toMatch(/--network host --env MASTER_ADDR=node-a --env NODE_RANK=1 /);
  });

  it('ends the others with their grace when one fails, and as that one did', async () => {
    const end = await endOf(begin(STOPS, 'until grep -q ready "$JOBIMG_FOLDER/log"; do :; done; exit 3'));

    expect(end).toMatchObject({
      verdict: {
        reason: 'failed',
        exitCode: 3,
        detail: 'node 1 of 2 failed first',
        hint: expect.stringContaining('log.node-1.txt'),
      },
    });
    expect(fact('log')).toBe('ready\nbye');
  });

  it('is cancelled as a whole', async () => {
    const child = begin(STOPS, STOPS);
    while (fact('started') === undefined || !fact('node-0/log') || !fact('node-1/log'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(root, 'run/stop'), '5\n');
    child.kill('SIGTERM');

    expect(await endOf(child)).toMatchObject({ verdict: { reason: 'cancelled', exitCode: 9 } });
    expect([fact('log'), fact('node-1/log')]).toEqual(['ready\nbye', 'ready\nbye']);
  });

  it('tells of a node that was ended without a word', async () => {
    const end = await endOf(begin(STOPS, 'kill -KILL "$(cat "$FAKE/task-1")"; exec /bin/sleep 5'));

    expect(end).toMatchObject({
      verdict: { reason: 'node-error', detail: expect.stringContaining('without a word') },
    });
  });
});
