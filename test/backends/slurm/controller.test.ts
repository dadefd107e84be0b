import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NoAnswer } from '../../../src/io/polled/passing.ts';
import { outcomeOf } from '../contract.ts';
import { type ClusterShell, HANDLE, NAME, startClusterShell } from './cluster-shell.ts';

const NEVER = new AbortController().signal;
const AWAY = 'Unable to contact slurm controller (connect failure)';

describe('a run whose controller', () => {
  let cluster: ClusterShell;
  beforeEach(() => {
    cluster = startClusterShell();
    cluster.command('scancel', 'echo "$*" >>"$ROOT/ended"');
  });
  afterEach(() => cluster.close());

  const there = (path: string): boolean => existsSync(join(cluster.root, path));

  /** For as many calls as that. */
  function away(calls: number): void {
    cluster.command(
      'scancel',
      `n=$(cat "$ROOT/calls" 2>/dev/null || echo 0); echo $((n + 1)) >"$ROOT/calls"
if [ "$n" -lt ${calls} ]; then echo "scancel: error: Kill job error on job id 7: ${AWAY}" >&2; exit 1; fi
echo "$*" >>"$ROOT/ended"
mkdir -p "$ROOT/runs/${NAME}" && echo 143 >"$ROOT/runs/${NAME}/exit"`,
    );
  }

  it('is away when it is to be stopped is stopped when it is back', async () => {
    cluster.write(`${NAME}/started`, '1');
    cluster.command('squeue', 'echo "RUNNING|None"');
    away(2);

    await outcomeOf(cluster.backend.follow(HANDLE, AbortSignal.abort()));

    expect(readFileSync(join(cluster.root, 'ended'), 'utf8')).toBe('--batch --signal=TERM 7\n');
  });

  it('is away is not removed while its job may go on', async () => {
    away(1);

    await expect(cluster.backend.clean(HANDLE)).rejects.toThrow(NoAnswer);
    expect(there(`runs/${NAME}`)).toBe(true);

    await cluster.backend.clean(HANDLE);
    expect([there(`runs/${NAME}/hash`), there('ended')]).toEqual([false, true]);
  });

  it('no longer knows its job is removed', async () => {
    cluster.command(
      'scancel',
      'echo "scancel: error: Kill job error on job id 7: Invalid job id specified" >&2; exit 1',
    );

    await cluster.backend.clean(HANDLE);

    expect(there(`runs/${NAME}`)).toBe(false);
  });

  it.each([
    [
      'a command warns',
      'echo "squeue: error: Parsing error at unrecognized key: X" >&2; echo "TIMEOUT|None"',
    ],
    ['a wrapper prints lines of its own', 'echo "using cluster a"; echo "TIMEOUT|TimeLimit"'],
  ])('says how it ended is understood where %s', async (_, squeue) => {
    cluster.write(`${NAME}/started`, '1');
    cluster.command('squeue', squeue);

    expect((await cluster.backend.look(HANDLE, [])).verdict?.reason).toBe('timeout');
  });

  it('has forgotten it has ended, though the accounting never heard of that', async () => {
    cluster.write(`${NAME}/started`, '1');
    cluster.command('squeue', 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1');
    cluster.command('sacct', 'echo "RUNNING|None"');

    expect((await outcomeOf(cluster.backend.follow(HANDLE, NEVER))).verdict.reason).toBe('node-error');
  }, 20_000);
});
