import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { withLock } from '../machine/lock.ts';
import { cacheDir } from '../machine/paths.ts';

const PYTHON = 'python3';
const INSTALL = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
/** A machine with other work downloads and unpacks slowly. */
const SLOW = 900_000;

/** The folder `bin` of an environment with packages of PyPI, which is kept by its name. */
export async function ensureVenv(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(cacheDir('python'), name);
  const bin = join(folder, 'bin');
  // Its programs name their Python by its whole path, so that a half made one cannot be renamed.
  const done = join(
    folder,
    JSON.stringify(packages)
      .replace(/[^\w.=-]+/g, '-')
      .slice(0, 200),
  );
  return await withLock(`python-${name}`, async () => {
    if (existsSync(done)) return bin;
    rmSync(folder, { recursive: true, force: true });
    await command(PYTHON, ['-m', 'venv', folder]);
    await command(join(bin, 'python'), [...INSTALL, ...packages], { timeoutMs: SLOW });
    writeFileSync(done, '');
    return bin;
  });
}
