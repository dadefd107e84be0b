import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commitBefore, readCommitted, rootOf } from '../../../src/source/git/committed.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobimg-committed-'));
  git(folder, 'init', '--quiet', '--initial-branch=main', 'origin');
  commit(join(folder, 'origin'), 'torch==2.7\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file as it was committed', () => {
  it('is read from the branch that a clone came from, whatever is checked out', () => {
    const clone = cloned();
    commit(clone, 'torch==2.8\n');

    expect(read(clone, 'requirements.txt')).toBe('torch==2.7\n');
    expect(read(clone, 'absent.txt')).toBeUndefined();
    expect(read(clone, 'requirements.txt/absent')).toBeUndefined();
  });

  it('is read from packs and packed branches as well', () => {
    const clone = cloned();
    git(clone, 'gc', '--quiet');
    git(clone, 'pack-refs', '--all');

    expect(read(clone, 'requirements.txt')).toBe('torch==2.7\n');
  });

  it('is that of the last commit where there is no other side, also in a work tree beside', () => {
    const origin = join(folder, 'origin');
    git(origin, 'worktree', 'add', '--quiet', '--detach', join(folder, 'beside'));

    expect(read(origin, 'requirements.txt')).toBe('torch==2.7\n');
    expect(read(join(folder, 'beside'), 'requirements.txt')).toBe('torch==2.7\n');
  });

  it('is none where nothing is committed, or Git knows nothing of the folder', () => {
    git(folder, 'init', '--quiet', 'empty');

    expect(commitBefore(join(folder, 'empty'))).toBeUndefined();
    expect(commitBefore(folder)).toBeUndefined();
    expect(rootOf(folder)).toBeUndefined();
  });
});

function read(repository: string, path: string): string | undefined {
  const before = commitBefore(repository);
  return before === undefined ? undefined : readCommitted(repository, before, path);
}

function cloned(): string {
  git(folder, 'clone', '--quiet', join(folder, 'origin'), 'clone');
  return join(folder, 'clone');
}

function commit(repository: string, requirements: string): void {
  writeFileSync(join(repository, 'requirements.txt'), requirements);
  git(repository, 'add', '.');
  git(repository, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'one');
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd, stdio: 'ignore' });
}
