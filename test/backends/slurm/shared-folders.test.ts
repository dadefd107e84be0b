import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sharedMounts } from '../../../src/backends/slurm/data/mounts.ts';
import { runScript } from '../../../src/backends/slurm/script/job.ts';
import type { Site } from '../../../src/backends/slurm/site.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const COMMAND = { kind: 'arguments', words: ['true'] } as const;
const KEY = 'a'.repeat(16);

describe('folders that a cluster shares', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'jobimg-shared-')));
    for (const name of ['open', 'open/sets', 'closed']) mkdirSync(join(root, name));
    symlinkSync('../closed', join(root, 'open/link'));
    symlinkSync('sets', join(root, 'open/same'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const site = (allowedMounts: string): Site => ({
    settings: { container: 'docker', setup: [] },
    secrets: new Map(),
    clock: systemClock,
    shell: {
      where: 'local',
      run: async (script) => execFileSync('sh', ['-s'], { input: script }),
      open: () => Promise.reject(new Error('closed')),
      send: () => Promise.reject(new Error('closed')),
    },
    pullLogin: async () => undefined,
    allowedMounts,
    progress: () => undefined,
  });

  const shared = (path: string, readOnly: boolean, allowed: string) => {
    const mounts = [{ from: join(root, path), to: '/data', readOnly }];
    return sharedMounts(runPlan(IMAGE, COMMAND, { mounts }), site(allowed));
  };

  it('are mounted as what they really are, where the operator allows it', async () => {
    const allowed = `${join(root, 'open')}:ro,/nowhere`;

    expect(await shared('open/same', true, allowed)).toEqual([
      { from: join(root, 'open/sets'), to: '/data', readOnly: true },
    ]);
  });

  it.each([
    ['open/sets', false, 'may only be read'],
    ['open/link', true, 'jobs may see'],
    ['closed', true, 'jobs may see'],
    ['missing', true, 'jobs may see'],
  ])('are refused otherwise: %s, read only %s', async (path, readOnly, message) => {
    await expect(shared(path, readOnly, `${join(root, 'open')}:ro`)).rejects.toThrow(message);
  });

  it('are refused where the name of one is more lines than one', async () => {
    const folder = join(root, 'open', `x\n0=${join(root, 'closed')}\n1=${join(root, 'closed')}`);
    mkdirSync(folder, { recursive: true });
    symlinkSync(folder, join(root, 'open/odd'));

    await expect(shared('open/odd', false, join(root, 'open'))).rejects.toThrow('jobs may see');
  });

  it.each(['docker', 'apptainer'] as const)('are given to the container, with %s', (container) => {
    const run = runPlan(IMAGE, COMMAND, {
      caches: [{ name: 'hub', path: '/caches/hub', key: KEY }],
      checkpoint: { name: 'c', path: 'state/last', key: 'b'.repeat(16) },
      env: new Map([['JOBIMG_RESUME', '0']]),
    });
    const mounts = [{ from: '/scratch/sets', to: '/data', readOnly: true }];

    const script = runScript(run, 'jobimg-test', { container, setup: [] }, mounts);

    const words =
      container === 'docker'
        ? [
            `source="\${r%/*}/caches"/${KEY},target=/caches/hub`,
            'source=/scratch/sets,target=/data,readonly',
            '/checkpoints"/bbbbbbbbbbbbbbbb,target="$workdir"/state/last',
            '--env JOBIMG_RESUME="$resume"',
          ]
        : [
            `--bind "\${r%/*}/caches"/${KEY}:/caches/hub`,
            '--bind /scratch/sets:/data:ro',
            'export APPTAINERENV_JOBIMG_RESUME="$resume"',
          ];
    for (const word of words) expect(script).toContain(word);
    expect(script).not.toMatch(/JOBIMG_RESUME='?0/);
    expect(() => execFileSync('sh', ['-n'], { input: script })).not.toThrow();
  });
});
