import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadIndex } from '../../../src/source/git/bytes.ts';
import { parseIndex } from '../../../src/source/git/index-format.ts';
import { repositoryAt } from '../../../src/source/git/repository.ts';
import { readTracked } from '../../../src/source/git/tracked.ts';
import { git, makeFolder, pathsIn, put, walked } from '../folder.ts';

const FILES = { '.gitignore': 'data/\n', 'a.py': '', 'data/kept.bin': '', 'data/new.bin': '', 'é/ü.py': '' };
const TRACKED = ['a.py', 'data/kept.bin', 'é/ü.py'];
const ENTERS = ['.gitignore', 'a.py', 'data/kept.bin', 'é/ü.py'];
const withGit = walked({ git: true, ignore: ['**/.git'] });

function makeRepository(...init: readonly string[]): string {
  const folder = makeFolder(FILES);
  git(folder, 'init', '-q', ...init);
  return folder;
}

function trackedIn(folder: string): readonly string[] {
  const repository = repositoryAt(folder);
  if (repository === undefined) throw new Error(`no repository is in ${folder}`);
  return [...readTracked(repository).files].sort();
}

describe("Git's index", () => {
  it.each(['2', '3', '4'])('is read in version %s', async (version) => {
    const folder = makeRepository();
    git(folder, 'config', 'index.version', version);
    git(folder, 'add', '-f', ...TRACKED);
    // Marks that an entry of version 3 has room for.
    git(folder, 'add', '--intent-to-add', '.gitignore');
    git(folder, 'update-index', '--skip-worktree', 'a.py');
    git(folder, 'update-index', '--assume-unchanged', 'data/kept.bin');

    expect(trackedIn(folder)).toEqual(['.gitignore', ...TRACKED]);
    expect(await pathsIn(folder, withGit)).toEqual(ENTERS);
  });

  it('is read in a repository of SHA-256', async () => {
    const folder = makeRepository('--object-format=sha256');
    git(folder, 'add', '-f', ...TRACKED);

    expect(trackedIn(folder)).toEqual(TRACKED);
  });

  it('is read where it was written without its own hash', () => {
    const folder = makeRepository();
    git(folder, 'add', '-f', ...TRACKED);
    const file = join(folder, '.git/index');
    writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, -20), Buffer.alloc(20)]));

    expect(trackedIn(folder)).toEqual(TRACKED);
  });

  it('is read when it is split, with what was added, changed and removed since', async () => {
    const folder = makeRepository();
    for (let number = 0; number < 200; number += 1) put(folder, `data/${number}.bin`, '');
    git(folder, 'add', '-f', 'data', ...TRACKED);
    git(folder, 'config', 'splitIndex.maxPercentChange', '100');
    git(folder, 'update-index', '--split-index');
    git(folder, 'rm', '-q', '--cached', 'data/7.bin', 'data/new.bin', 'a.py');
    put(folder, 'data/9.bin', 'changed');
    put(folder, 'data/later.bin', '');
    git(folder, 'add', '-f', 'data/9.bin', 'data/later.bin');

    const tracked = trackedIn(folder);

    expect(parseIndex(readFileSync(join(folder, '.git/index'))).changes).toBeDefined();
    expect(tracked).toHaveLength(202);
    expect(tracked).toEqual(expect.arrayContaining(['data/9.bin', 'data/later.bin', 'data/kept.bin']));
    expect(await pathsIn(folder, withGit)).not.toContain('data/7.bin');
    expect(await pathsIn(folder, withGit)).toContain('data/later.bin');
  });

  it('is read when it is sparse: a folder in it stands for files that are not there', () => {
    const folder = makeRepository();
    git(folder, 'add', '-f', ...TRACKED);
    git(folder, 'commit', '-q', '-m', 'a');
    rmSync(join(folder, 'data/new.bin'));
    git(folder, 'sparse-checkout', 'init', '--cone', '--sparse-index');
    git(folder, 'sparse-checkout', 'set', 'é');

    expect(trackedIn(folder)).toEqual(['a.py', 'é/ü.py']);
  });

  it('with a conflict names each file once', () => {
    const folder = makeRepository();
    git(folder, 'add', 'a.py');
    git(folder, 'commit', '-q', '-m', 'a');
    git(folder, 'checkout', '-q', '-b', 'other');
    put(folder, 'a.py', 'b\n');
    git(folder, 'commit', '-q', '-a', '-m', 'b');
    git(folder, 'checkout', '-q', '-');
    put(folder, 'a.py', 'c\n');
    git(folder, 'commit', '-q', '-a', '-m', 'c');
    expect(() => git(folder, 'merge', '-q', 'other')).toThrow();

    expect(trackedIn(folder)).toEqual(['a.py']);
  });
});

describe('an index that cannot be read', () => {
  it.each([
    { name: 'is cut off', change: (index: Buffer) => index.subarray(0, -5), problem: 'is incomplete' },
    { name: 'is empty', change: () => Buffer.alloc(0), problem: 'is incomplete' },
    {
      name: 'is something else',
      change: () => hashed(Buffer.from('not an index')),
      problem: 'does not begin like one',
    },
    { name: 'has a version of the future', change: () => hashed(header(5, 0)), problem: 'has version 5' },
    { name: 'promises more than it has', change: () => hashed(header(2, 1)), problem: 'ends too early' },
    {
      name: 'has an extension that must be understood',
      change: () => hashed(Buffer.concat([header(2, 0), Buffer.from('newx\0\0\0\0')])),
      problem: 'has the extension "newx"',
    },
  ])('because it $name is an error, never taken for an empty one', async ({ change, problem }) => {
    const folder = makeRepository();
    git(folder, 'add', 'a.py');
    const file = join(folder, '.git/index');
    writeFileSync(file, change(readFileSync(file)));

    await expect(pathsIn(folder, withGit)).rejects.toThrow(`Git's index "${file}" ${problem}`);
  });

  it('because its shared part is missing is an error', async () => {
    const folder = makeRepository();
    git(folder, 'add', 'a.py');
    git(folder, 'update-index', '--split-index');
    git(folder, 'add', '.gitignore');
    const [, shared = ''] = /link.{4}(.{20})/s.exec(readFileSync(join(folder, '.git/index'), 'latin1')) ?? [];
    rmSync(join(folder, `.git/sharedindex.${Buffer.from(shared, 'latin1').toString('hex')}`));

    await expect(pathsIn(folder, withGit)).rejects.toThrow('which is missing');
  });

  it('because it is a link or a folder is an error', async () => {
    const linked = makeFolder({
      '.git/HEAD': '',
      '.git/objects/a': '',
      '.git/refs/a': '',
      '.git/index': { link: '/dev/zero' },
    });
    const folder = makeFolder({
      '.git/HEAD': '',
      '.git/objects/a': '',
      '.git/refs/a': '',
      '.git/index/a': '',
    });

    await expect(pathsIn(linked, withGit)).rejects.toThrow('is not a file');
    await expect(pathsIn(folder, withGit)).rejects.toThrow('is not a file');
  });

  it('never makes the reader fail in another way, whatever its bytes are', () => {
    const folder = makeRepository();
    git(folder, 'config', 'index.version', '4');
    git(folder, 'add', '-f', '.');
    const whole = readFileSync(join(folder, '.git/index')).subarray(0, -20);

    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.uint8Array({ maxLength: 9 }), fc.nat(9), (at, bytes, gone) => {
        const changed = Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + gone)]);
        try {
          parseIndex(hashed(changed));
        } catch (error) {
          expect(error).toBeInstanceOf(BadIndex);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function header(version: number, count: number): Buffer {
  const bytes = Buffer.from('DIRC\0\0\0\0\0\0\0\0');
  bytes.writeUInt32BE(version, 4);
  bytes.writeUInt32BE(count, 8);
  return bytes;
}

function hashed(content: Buffer): Buffer {
  return Buffer.concat([content, createHash('sha1').update(content).digest()]);
}
