// zsh and fish from Debian packages that are only unpacked, for what is written for these shells.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { withLock } from '../machine/lock.ts';
import { cacheDir } from '../machine/paths.ts';
import { say } from '../machine/say.ts';
import { PrivateApt } from './apt.ts';

/** With the libraries that not every machine has; of the oldest suite, because newer ones want a newer libc. */
const PACKAGES = ['zsh', 'zsh-common', 'fish', 'fish-common', 'libpcre2-32-0', 'libcap2'];
const SUITE = 'bookworm';

export interface Shells {
  /** Where the packages are unpacked, as if it were the root of a machine. */
  readonly root: string;
  readonly zsh: string;
  readonly fish: string;
  /** `LD_LIBRARY_PATH` for both. */
  readonly libraries: string;
}

export async function ensureShells(): Promise<Shells> {
  const root = join(cacheDir('shells'), SUITE);
  if (!existsSync(root)) await withLock('shells', async () => (existsSync(root) ? undefined : fill(root)));
  const multiarch = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu')) ?? '';
  const zsh = ['bin/zsh', 'usr/bin/zsh'].map((path) => join(root, path)).find(existsSync) ?? '';
  const libraries = ['lib', 'usr/lib'].map((folder) => join(root, folder, multiarch)).join(':');
  return { root, zsh, fish: join(root, 'usr/bin/fish'), libraries };
}

/** Unpacked beside its place and renamed, so that a killed run leaves no half. */
async function fill(root: string): Promise<void> {
  say("taking zsh and fish from the machine's Debian archive (once)");
  const temporary = mkdtempSync(join(cacheDir('shells.tmp'), 'run-'));
  const aptDir = join(temporary, 'apt');
  const unpacked = join(temporary, 'root');
  for (const folder of [aptDir, unpacked]) mkdirSync(folder);
  const apt = new PrivateApt(aptDir);
  await apt.update();
  const available = await apt.versions(PACKAGES);
  const specs = PACKAGES.map((name) => {
    const all = available.get(name) ?? [];
    const chosen = all.find(({ suite }) => suite === SUITE) ?? all[0];
    if (chosen === undefined) throw new Error(`The archive of this machine has no package "${name}".`);
    return `${name}=${chosen.version}`;
  });
  for (const file of await apt.download(specs)) await command('dpkg', ['-x', file, unpacked]);
  renameSync(unpacked, root);
  rmSync(temporary, { recursive: true, force: true });
}
