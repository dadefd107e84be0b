import { spawn } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../../engine/machine/command.ts';
import { withLock } from '../../../engine/machine/lock.ts';
import { cacheDir } from '../../../engine/machine/paths.ts';
import { text } from './originals.py';

/** All that they need, so that they are the same tomorrow. */
const PACKAGES = [
  'valohai-yaml==0.61.0',
  'polyaxon-schemas==0.6.1',
  'marshmallow==3.0.0rc5',
  'Jinja2==2.10.3',
  'numpy==2.4.6',
];
const PYTHON = 'python3';

export interface Asked {
  readonly format: 'valohai' | 'polyaxon';
  readonly text: string;
}

export type Answer = { readonly commands: readonly string[] } | { readonly refused: string };

/** What the parsers of Valohai and of Polyaxon say of files, in one process. */
export async function askOriginals(files: readonly Asked[]): Promise<readonly Answer[]> {
  const folder = await ensureOriginals();
  const child = spawn(join(folder, 'bin', 'python'), ['-c', text], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(files.map((file) => `${JSON.stringify(file)}\n`).join(''));
  const lines = Buffer.concat(await child.stdout.toArray())
    .toString()
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Answer);
}

/** Kept by what is in it; a half made one has another name. */
async function ensureOriginals(): Promise<string> {
  const name = PACKAGES.slice(0, 2).join('-').replaceAll('==', '-');
  const folder = join(cacheDir('python'), name);
  return await withLock(`python-${name}`, async () => {
    if (existsSync(folder)) return folder;
    rmSync(`${folder}.tmp`, { recursive: true, force: true });
    await command(PYTHON, ['-m', 'venv', `${folder}.tmp`]);
    const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES];
    await command(join(`${folder}.tmp`, 'bin', 'python'), words, { timeoutMs: 600_000 });
    // What it starts with is a link to the system's Python, which finds the packages beside the link.
    renameSync(`${folder}.tmp`, folder);
    return folder;
  });
}
