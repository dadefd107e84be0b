import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { type Content, git, makeFolder, put } from '../folder.ts';

export const FILES: Readonly<Record<string, Content>> = {
  'jobimg.yml': 'run: ./train.sh\n',
  'train.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  'src/pkg/__init__.py': '',
  'src/pkg/model.py': 'x = 1\n',
  'data/é.txt': 'é\n',
  latest: { link: 'src/pkg' },
  '.gitignore': '*.log\n',
};

export interface Committed {
  readonly folder: string;
  readonly sha: string;
}

export function commitOf(folder: string): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
}

/** Made once for each kind: Git takes longer than a copy. */
const originals = new Map<string, Committed>();

afterAll(() => {
  for (const { folder } of originals.values()) rmSync(folder, { recursive: true, force: true });
  originals.clear();
});

/** A checkout of its own with one commit. */
export function committed(files = FILES, ...init: readonly string[]): Committed {
  const key = JSON.stringify([files, init]);
  const original = originals.get(key) ?? commit(files, init);
  originals.set(key, original);
  const folder = makeFolder();
  cpSync(original.folder, folder, { recursive: true, verbatimSymlinks: true });
  return { folder, sha: original.sha };
}

function commit(files: typeof FILES, init: readonly string[]): Committed {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'committed-')));
  for (const [path, content] of Object.entries(files)) put(folder, path, content);
  git(folder, 'init', '--quiet', ...init);
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message', 'first');
  return { folder, sha: commitOf(folder) };
}

/** Folders that differ little from one commit to the next, so that Git keeps them as deltas. */
export function withHistory(): Committed {
  const many = Array.from({ length: 300 }, (_, index) => [`many/file-${index}.txt`, `${index}\n`] as const);
  const { folder } = committed({ ...FILES, ...Object.fromEntries(many) });
  for (const round of [1, 2, 3]) {
    put(folder, `many/file-${round}.txt`, `changed ${round}\n`);
    git(folder, 'commit', '--quiet', '--all', '--message', `round ${round}`);
  }
  return { folder, sha: commitOf(folder) };
}
