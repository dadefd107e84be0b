import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jobScript } from '../../../src/backends/slurm/script/job.ts';
import { standingOf } from '../../../src/backends/slurm/standing.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const HASH = `sha256:${'a'.repeat(64)}`;

/** An engine whose container prints a line, and another one when somebody attaches to it; then it ends with 3. */
const DOCKER = `#!/bin/sh
case $1 in
start) echo first; exit 1 ;;
cp) [ -e "$FAKE/full" ] || { echo 'Could not find the file /outputs in container' >&2; exit 1; }
  echo half >"$3/model.bin"; echo 'no space left on device' >&2; exit 1 ;;
attach) [ ! -e "$FAKE/away" ] || exit 1; echo last; echo 3 >"$FAKE/code" ;;
inspect)
  [ ! -e "$FAKE/away" ] || { echo 'no engine answers' >&2; exit 1; }
  case $3 in
  *Running*) if [ -e "$FAKE/code" ]; then echo false; else echo true; fi ;;
  *ExitCode*) if [ -e "$FAKE/code" ]; then echo "$(cat "$FAKE/code") false"; else echo '0 false'; fi ;;
  esac ;;
esac`;

/** Seconds are short, but for a time limit. */
const SLEEP = '#!/bin/sh\n[ "$1" -lt 1000 ] || exec /bin/sleep "$1"\nexec /bin/sleep 0.01';

describe('a client of an engine that ends before its container', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-client-'));
    for (const name of ['run', 'bin', 'fake']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'bin/docker'), DOCKER, { mode: 0o755 });
    writeFileSync(join(root, 'bin/sleep'), SLEEP, { mode: 0o755 });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function fact(name: string): string | undefined {
    const path = join(root, 'run', name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
  }

  async function verdict(): Promise<object> {
    const run = runPlan(
      IMAGE,
      { kind: 'arguments', words: ['true'] },
      { backend: { name: 'slurm', options: {} }, timeout: 3_600 },
    );
    writeFileSync(
      join(root, 'run/job.sh'),
      jobScript(run, 'jobimg-test', { container: 'docker', setup: [] }),
    );
    const env = {
      PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
      FAKE: join(root, 'fake'),
      JOBIMG_FOLDER: join(root, 'run'),
      SLURM_JOB_ID: '7',
      SLURMD_NODENAME: 'node-a',
    };
    await once(spawn('sh', [join(root, 'run/job.sh')], { env, stdio: 'ignore' }), 'exit');
    const names = ['exit', 'stopped', 'failure', 'started'];
    const facts = names.flatMap((name) => {
      const value = fact(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return standingOf(new Map([['hash', HASH], ['id', '7'], ...facts]), HASH);
  }

  it('is followed by another one until the container ends, whose exit code is that of the run', async () => {
    expect(await verdict()).toMatchObject({ verdict: { reason: 'failed', exitCode: 3 } });
    expect(fact('log')?.split('\n')).toEqual([
      'first',
      'jobimg: the client of the engine ended before the container did: lines may be missing here',
      'last',
    ]);
    expect(Number(fact('log-size'))).toBe(readFileSync(join(root, 'run/log')).length);
  });

  it.each([
    ['cannot be copied', true, 'no space left on device'],
    ['is not there', false, undefined],
  ])('leaves no part of an output that %s', async (_, isFull, why) => {
    if (isFull) writeFileSync(join(root, 'fake/full'), '');

    expect(await verdict()).toMatchObject({ verdict: { reason: 'failed', exitCode: 3 } });
    expect([fact('files/0/model.bin'), fact('files/0.lost')]).toEqual([undefined, why]);
  });

  it('is not taken for the end of the job where the engine gives no answer', async () => {
    writeFileSync(join(root, 'fake/away'), '');

    expect(await verdict()).toMatchObject({
      verdict: { reason: 'node-error', detail: expect.stringContaining('no engine answers') },
    });
    expect(fact('container')).toBe('node-a jobimg-test');
  });
});
