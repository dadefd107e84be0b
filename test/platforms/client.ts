// Clients of platforms, each in an environment of Python of its own, kept for a machine.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { command, which } from '../engine/machine/command.ts';
import { withLock } from '../engine/machine/lock.ts';
import { cacheDir } from '../engine/machine/paths.ts';

export interface Client {
  /** The first is what it is called after. */
  readonly packages: readonly string[];
  /** Releases of Python that it runs on, as in `3.7`; any without it. */
  readonly pythons?: readonly string[];
}

/** The folder of its programs; undefined: this machine has no Python that it runs on. */
export async function ensureClient({ packages, pythons }: Client): Promise<string | undefined> {
  const python = pythons === undefined ? 'python3' : findPython(pythons);
  if (python === undefined) return undefined;
  const name = (packages[0] ?? '').replace('==', '-');
  const folder = join(cacheDir('python'), name);
  await withLock(`python-${name}`, async () => {
    // Its programs name the folder that they are in, so that it cannot be made elsewhere and moved.
    const whole = join(folder, 'jobimg-whole');
    if (existsSync(whole)) return;
    rmSync(folder, { recursive: true, force: true });
    await command(python, ['-m', 'venv', folder]);
    const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await command(join(folder, 'bin', 'python'), words, { timeoutMs: 900_000 });
    writeFileSync(whole, '');
  });
  return join(folder, 'bin');
}

/** In PATH, or where pyenv keeps them. */
function findPython(releases: readonly string[]): string | undefined {
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const kept = existsSync(versions) ? readdirSync(versions) : [];
  for (const release of releases) {
    const version = kept.find((one) => one.startsWith(`${release}.`));
    if (version !== undefined) return join(versions, version, 'bin', 'python');
    const inPath = which(`python${release}`);
    if (inPath !== undefined && !inPath.includes('/shims/')) return inPath;
  }
  return undefined;
}
