// Slurm and munge from Debian's packages, only unpacked.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../engine/machine/command.ts';
import { withLock } from '../engine/machine/lock.ts';
import { cacheDir } from '../engine/machine/paths.ts';
import { PrivateApt } from '../engine/parts/apt.ts';

const NAMES = [
  'slurm-client',
  'slurmctld',
  'slurmd',
  'slurm-wlm-basic-plugins',
  'munge',
  'libmunge2',
  ...['libhwloc15', 'liblua5.1-0', 'libjson-c5', 'libnuma1', 'libyaml-0-2', 'libdbus-1-3', 'liblz4-1'],
];

export interface SlurmParts {
  readonly root: string;
  readonly libraries: string;
  readonly plugins: string;
}

/** Fetched once per machine. */
export async function ensureSlurmParts(): Promise<SlurmParts> {
  const root = join(cacheDir('slurm'), 'bookworm');
  if (!existsSync(root)) {
    await withLock('slurm', async () => {
      if (!existsSync(root)) await fetchParts(root);
    });
  }
  const lib = join(root, 'usr/lib/x86_64-linux-gnu');
  const plugins = join(lib, 'slurm-wlm');
  return { root, plugins, libraries: [lib, join(root, 'lib/x86_64-linux-gnu'), plugins].join(':') };
}

async function fetchParts(root: string): Promise<void> {
  const temporary = await mkdtemp(join(cacheDir('slurm.tmp'), 'run-'));
  const packages = join(temporary, 'apt');
  await mkdir(packages);
  const apt = new PrivateApt(packages);
  await apt.update();
  const versions = await apt.versions(NAMES);
  const specs = NAMES.flatMap((name) => {
    const found = versions.get(name)?.find(({ suite }) => suite === 'bookworm');
    return found === undefined ? [] : [`${name}=${found.version}`];
  });
  for (const file of await apt.download(specs))
    await command('dpkg-deb', ['-x', file, join(temporary, 'system')]);
  await rename(join(temporary, 'system'), root);
  await rm(temporary, { recursive: true, force: true });
}
