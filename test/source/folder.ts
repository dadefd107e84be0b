import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { FileSet } from '../../src/recipe/recipe.ts';
import { createSource } from '../../src/source/source.ts';
import type { Source } from '../../src/tools/source.ts';

/** What stands at a path: contents, or more about it. */
export type Content =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly text: string; readonly mode?: number };

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeFolder(files: Readonly<Record<string, Content>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'source-')));
  made.push(folder);
  for (const [path, content] of Object.entries(files)) put(folder, path, content);
  return folder;
}

export function put(folder: string, path: string, content: Content): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
  else if ('link' in content) symlinkSync(content.link, file);
  else {
    writeFileSync(file, content.text);
    if (content.mode !== undefined) chmodSync(file, content.mode);
  }
}

export function sourceOf(folder: string): Source {
  return createSource({ root: folder, tempFolder: folder });
}

type Walked = Extract<FileSet, { kind: 'walked' }>;

export function walked(options: Partial<Walked> = {}): Walked {
  return { kind: 'walked', folder: '', ignore: [], git: false, include: [], ...options };
}

/** Git with nobody's configuration. */
export function git(cwd: string, ...args: readonly string[]): void {
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const identity = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.com',
    '-c',
    'protocol.file.allow=always',
  ];
  execFileSync('git', [...identity, ...args], { cwd, env, stdio: 'pipe' });
}

export async function pathsIn(folder: string, set: FileSet): Promise<readonly string[]> {
  const { entries } = await sourceOf(folder).scan(set);
  return entries.map((entry) => entry.path);
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
