import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSlurmBackend } from '../../../src/backends/slurm/backend.ts';
import type { Site } from '../../../src/backends/slurm/site.ts';
import type { Handle } from '../../../src/run/types/handle.ts';
import type { Backend } from '../../../src/tools/backend.ts';
import { fakeClock } from '../../fakes/clock.ts';

export const HASH = `sha256:${'a'.repeat(64)}` as const;
export const NAME = 'jobimg-test';
export const HANDLE: Handle = { backend: 'slurm', run: 'test', name: NAME, hash: HASH, native: {} };

/** No time passes between two of them, so who asks without end does so at once. */
const MOST_SCRIPTS = 700;

/** A machine of a cluster whose commands are scripts of a test; all else is a real shell with real files. */
export interface ClusterShell {
  readonly root: string;
  readonly backend: Backend;
  /** Before each script of ours that is run: how many there were before it. */
  before: (scripts: number) => void;
  /** A command of Slurm. */
  command(name: string, script: string): void;
  /** A file below the folder of all runs. */
  write(path: string, text: string): void;
  close(): void;
}

export function startClusterShell(): ClusterShell {
  const root = mkdtempSync(join(tmpdir(), 'jobimg-cluster-'));
  for (const name of ['bin', `runs/${NAME}`]) mkdirSync(join(root, name), { recursive: true });
  const env = { ...process.env, ROOT: root, PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
  let scripts = 0;
  const run = async (script: string): Promise<Buffer> => {
    if (scripts > MOST_SCRIPTS) throw new Error('the cluster is asked without end');
    cluster.before(scripts++);
    return execFileSync('sh', ['-s'], { input: `{\n${script}\nexit 0\n}\n`, env, stdio: 'pipe' });
  };
  const site: Site = {
    settings: { container: 'docker', setup: [], folder: join(root, 'runs') },
    secrets: new Map(),
    clock: fakeClock(),
    shell: {
      where: 'local',
      run,
      open: () => Promise.reject(new Error('closed')),
      send: () => Promise.reject(new Error('closed')),
    },
    pullLogin: async () => undefined,
    progress: () => undefined,
  };
  const cluster: ClusterShell = {
    root,
    backend: createSlurmBackend(site),
    before: () => undefined,
    command: (name, script) =>
      writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 }),
    write(path, text) {
      const file = join(root, 'runs', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${text}\n`);
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
  cluster.write(`${NAME}/hash`, HASH);
  cluster.write(`${NAME}/id`, '7');
  for (const name of ['squeue', 'sacct', 'scancel', 'sbatch']) cluster.command(name, 'exit 0');
  return cluster;
}
