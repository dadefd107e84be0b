// Apptainer from Debian's packages, only unpacked, with the C library that it wants.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../engine/machine/command.ts';
import { withLock } from '../engine/machine/lock.ts';
import { cacheDir } from '../engine/machine/paths.ts';
import { PrivateApt } from '../engine/parts/apt.ts';

/** `squashfuse` is what mounts an image for a user who is not root. */
const NAMES = [
  ...['apptainer', 'squashfs-tools', 'uidmap', 'libc6', 'libseccomp2', 'libsqlite3-0', 'liblzo2-2'],
  ...['squashfuse', 'libsquashfuse0', 'libfuse3-4', 'fuse-overlayfs'],
];
/** Where it is; the machine's own system need not be of that suite. */
const SUITE = 'sid';

/** A tree with `usr`, `etc` and `var/lib`; fetched once per machine, and again when other packages are wanted. */
export async function ensureApptainer(): Promise<string> {
  const wanted = createHash('sha256').update(NAMES.join()).digest('hex').slice(0, 12);
  const root = join(cacheDir('apptainer'), `${SUITE}-${wanted}`);
  if (!existsSync(root))
    await withLock('apptainer', async () => (existsSync(root) ? undefined : fetchApptainer(root)));
  return root;
}

async function fetchApptainer(root: string): Promise<void> {
  const temporary = await mkdtemp(join(cacheDir('apptainer.tmp'), 'run-'));
  const packages = join(temporary, 'apt');
  await mkdir(packages);
  const apt = new PrivateApt(packages);
  await apt.update();
  const versions = await apt.versions(NAMES);
  const specs = NAMES.map((name) => {
    const found = versions.get(name)?.find(({ suite }) => suite === SUITE);
    if (found === undefined) throw new Error(`The archive of this machine has no package "${name}".`);
    return `${name}=${found.version}`;
  });
  for (const file of await apt.download(specs))
    await command('dpkg-deb', ['-x', file, join(temporary, 'system')]);
  await rename(join(temporary, 'system'), root);
  await rm(temporary, { recursive: true, force: true });
}
