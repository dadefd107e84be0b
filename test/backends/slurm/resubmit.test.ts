import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';
import { type ClusterShell, HANDLE, NAME, startClusterShell } from './cluster-shell.ts';

describe('a job whose submission got no answer', () => {
  let cluster: ClusterShell;
  beforeEach(() => {
    cluster = startClusterShell();
    rmSync(join(cluster.root, 'runs', NAME), { recursive: true });
    cluster.command('sleep', 'exit 0');
    cluster.command(
      'sbatch',
      `if mkdir "$ROOT/asked" 2>/dev/null; then
  echo "sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received" >&2; exit 1
fi
echo 8`,
    );
  });
  afterEach(() => cluster.close());

  it.each([
    ['is the one of this user that has its name', '*--user=*) echo 7 ;; *) echo 99 ;;', '7'],
    ['is submitted again where others have one of its name', '*--user=*) ;; *) echo 99 ;;', '8'],
  ])('%s', async (_, jobs, id) => {
    cluster.command('squeue', `case "$*" in ${jobs} esac`);
    const run = runPlan(IMAGE, { kind: 'arguments', words: ['true'] }, { hash: HANDLE.hash });

    const handle = await cluster.backend.submit(run, HANDLE);

    expect(handle.native['id']).toBe(id);
  });
});
