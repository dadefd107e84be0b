import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listRuns } from '../../../src/backends/slurm/list.ts';
import type { Site } from '../../../src/backends/slurm/site.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { keptPlan } from '../../../src/run/kept-plan.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const HASH = `sha256:${'a'.repeat(64)}`;

describe('the runs of a cluster', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-list-'));
    for (const name of ['bin', 'runs/jobimg-one']) mkdirSync(join(root, name), { recursive: true });
    const plan = runPlan(IMAGE, { kind: 'arguments', words: ['true'] }, { timeout: 1e9 });
    const files = {
      hash: HASH,
      id: '7',
      started: String(Math.floor(Date.now() / 1000)),
      container: 'node-a jobimg-one',
      'plan.json': JSON.stringify(keptPlan(plan)),
    };
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(root, 'runs/jobimg-one', name), `${text}\n`);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function runs(squeue: string, setup: readonly string[] = []): Promise<readonly object[]> {
    writeFileSync(join(root, 'bin/squeue'), `#!/bin/sh\n${squeue}\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
    const site: Site = {
      settings: { container: 'docker', setup, folder: join(root, 'runs') },
      secrets: new Map(),
      clock: systemClock,
      shell: {
        where: 'local',
        run: async (script) => execFileSync('sh', ['-s'], { input: script, env, stdio: 'pipe' }),
        open: () => Promise.reject(new Error('closed')),
        send: () => Promise.reject(new Error('closed')),
      },
      pullLogin: async () => undefined,
      progress: () => undefined,
    };
    return (await listRuns(site)).map(({ overdue, state }) => ({ overdue, state }));
  }

  it.each([
    ['runs', 'echo "7|RUNNING|None"', { state: 'running', overdue: false }],
    ['was killed, and has left a container', 'true', { state: 'ended', overdue: true }],
    [
      'may run, where the controller gives no answer',
      'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1',
      { state: 'running', overdue: false },
    ],
  ])('are told of one that %s', async (_, squeue, expected) => {
    expect(await runs(squeue)).toEqual([expected]);
  });

  it('are told whatever the lines of the operator print', async () => {
    const setup = ['echo', 'echo ":: initializing"', 'echo hash=none'];

    expect(await runs('echo "7|RUNNING|None"', setup)).toEqual([{ state: 'running', overdue: false }]);
  });
});
