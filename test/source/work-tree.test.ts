import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { differenceFrom } from '../../src/source/work-tree.ts';
import { git, makeFolder, put } from './folder.ts';
import { commitOf, committed, FILES } from './git/committed.ts';

describe('a checkout that is what its commit says', () => {
  it.each(['sha1', 'sha256'])('is seen in loose objects (%s)', async (format) => {
    const { folder, sha } = committed(FILES, `--object-format=${format}`);

    expect(await differenceFrom(folder, sha)).toBeUndefined();
    expect(await differenceFrom(join(folder, 'src/pkg'), sha)).toBeUndefined();
  });

  it('is seen beside folders that hold no file', async () => {
    const { folder, sha } = committed();

    for (const path of ['outputs', 'src/pkg/cache/a', 'src/pkg/cache/b/c']) {
      mkdirSync(join(folder, path), { recursive: true });
    }

    expect(await differenceFrom(folder, sha)).toBeUndefined();
  });
});

describe('a checkout that is not what its commit says', () => {
  it.each<[string, RegExp, (folder: string) => void]>([
    [
      'a changed file',
      /"src\/pkg\/model.py" has different contents/,
      (at) => put(at, 'src/pkg/model.py', 'x = 2\n'),
    ],
    [
      'a file of the same size',
      /"jobimg.yml" has different/,
      (at) => put(at, 'jobimg.yml', 'run: ./trainXsh\n'),
    ],
    ['an added file', /"evil.py" is not in the commit/, (at) => put(at, 'evil.py', '')],
    ['an added file that is ignored', /"evil.log" is not in the commit/, (at) => put(at, 'evil.log', '')],
    ['a folder beside', /"pr" is not in the commit/, (at) => put(at, 'pr/jobimg.yml', 'run: evil\n')],
    ['a repository inside', /"src\/.git" is not/, (at) => put(at, 'src/.git/HEAD', 'ref: refs/heads/main\n')],
    ['a link in a folder', /"cache" is not/, (at) => put(at, 'cache/a/link', { link: 'nowhere' })],
    [
      'a repository without files',
      /"src\/new" is not/,
      (at) => void mkdirSync(join(at, 'src/new/.git'), { recursive: true }),
    ],
    ['a missing file', /"train.sh" is missing/, (at) => rmSync(join(at, 'train.sh'))],
    ['a missing file below', /"src\/pkg\/model.py" is missing/, (at) => rmSync(join(at, 'src/pkg/model.py'))],
    ['a bit more', /"jobimg.yml" is of a different kind/, (at) => chmodSync(join(at, 'jobimg.yml'), 0o755)],
    ['a bit less', /"train.sh" is of a different kind/, (at) => chmodSync(join(at, 'train.sh'), 0o644)],
    [
      'a link for a file',
      /"jobimg.yml" is of a different kind/,
      (at) => relink(at, 'jobimg.yml', 'train.sh'),
    ],
    ['a link elsewhere', /"latest" has different contents/, (at) => relink(at, 'latest', '/tmp')],
    ['a link for a folder', /"src" is of a different kind/, (at) => relink(at, 'src', '/tmp')],
    ['a file that is added and staged', /"new.py" is not/, stage],
    [
      'a file that is no longer tracked',
      /whether "train.sh" is tracked/,
      (at) => git(at, 'rm', '--cached', '-q', 'train.sh'),
    ],
    ['a file that is only in the index', /whether "ghost" is tracked/, ghost],
    ['no index', /is tracked differs/, (at) => rmSync(join(at, '.git/index'))],
    ['a broken index', /index/, (at) => put(at, '.git/index', 'DIRC?')],
  ])('%s', async (_, difference, change) => {
    const { folder, sha } = committed();

    change(folder);

    expect(await differenceFrom(folder, sha)).toMatch(difference);
  });

  it('ends of lines that Git changed for this machine', async () => {
    const { folder, sha } = committed({ '.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'a\nb\n' });
    rmSync(join(folder, 'a.txt'));
    git(folder, 'checkout', '--quiet', '--', 'a.txt');

    expect(await differenceFrom(folder, sha)).toBe('"a.txt" has different contents than in the commit');
  });

  it('contents that a filter put in the place of a pointer', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 7\n`;
    const { folder, sha } = committed({ '.gitattributes': '*.bin filter=lfs\n', 'a.bin': pointer });
    expect(await differenceFrom(folder, sha)).toBeUndefined();

    put(folder, 'a.bin', 'weights');

    expect(await differenceFrom(folder, sha)).toMatch(/"a.bin" has different contents/);
  });

  it('a submodule that is checked out', async () => {
    const inner = committed({ 'a.txt': 'a' });
    const { folder } = committed();
    git(folder, 'submodule', '--quiet', 'add', inner.folder, 'inner');
    git(folder, 'commit', '--quiet', '--message', 'inner');

    expect(await differenceFrom(folder, commitOf(folder))).toBe('the submodule "inner" is checked out');
  });

  function stage(folder: string): void {
    put(folder, 'new.py', '');
    git(folder, 'add', 'new.py');
  }

  function ghost(folder: string): void {
    put(folder, 'ghost', '');
    git(folder, 'add', 'ghost');
    rmSync(join(folder, 'ghost'));
  }

  function relink(folder: string, path: string, target: string): void {
    rmSync(join(folder, path), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
});

describe('an object store that somebody planted', () => {
  it('is not believed: an object under the id of another one', async () => {
    const { folder, sha } = committed();
    const [ours, theirs] = [sha, evilCommit(folder)];
    const objects = join(folder, '.git/objects');
    cpSync(pathOf(objects, theirs), pathOf(objects, ours), { force: true });

    expect(await differenceFrom(folder, ours)).toBe(`the object ${ours} is not what its id says`);
  });

  it('is not believed: a replacement, a graft', async () => {
    const { folder, sha } = committed();
    const evil = evilCommit(folder);
    git(folder, 'replace', sha, evil);
    put(folder, '.git/info/grafts', `${sha} ${evil}\n`);

    expect(await differenceFrom(folder, sha)).toMatch(/has different contents/);
  });

  it('is not followed to another one: alternates, a shared folder, a pointer', async () => {
    const { folder, sha } = committed();
    const shared = makeFolder();
    git(shared, 'clone', '--quiet', '--shared', folder, '.');
    expect(await differenceFrom(shared, sha)).toBe(`the object ${sha} is not in the repository`);

    const beside = join(makeFolder(), 'beside');
    git(folder, 'worktree', 'add', '--quiet', beside);
    expect(await differenceFrom(beside, sha)).toBe('".git" points elsewhere, and is not followed');

    const common = makeFolder(FILES);
    put(common, '.git/HEAD', sha);
    put(common, '.git/commondir', join(folder, '.git'));
    cpSync(join(folder, '.git/index'), join(common, '.git/index'));
    expect(await differenceFrom(common, sha)).toBe(`the object ${sha} is not in the repository`);

    const linked = makeFolder(FILES);
    symlinkSync(join(folder, '.git'), join(linked, '.git'));
    expect(await differenceFrom(linked, sha)).toBe('".git" points elsewhere, and is not followed');
  });

  it.each<[string, (file: string) => void]>([
    ['cut off', (file) => writeFileSync(file, deflateSync('commit 99\0tree').subarray(0, 12))],
    ['empty', (file) => writeFileSync(file, '')],
    ['no object', (file) => writeFileSync(file, deflateSync('hello'))],
    ['a blob', (file) => writeFileSync(file, deflateSync('blob 2\0hi'))],
    ['far too large', (file) => writeFileSync(file, deflateSync(Buffer.alloc(80_000_000)))],
    ['a folder', (file) => mkdirSync(file)],
  ])('is never taken for the commit: %s', async (_, plant) => {
    const { folder, sha } = committed();
    const file = pathOf(join(folder, '.git/objects'), sha);
    rmSync(file, { force: true });

    plant(file);

    expect(await differenceFrom(folder, sha)).toMatch(new RegExp(`^the object ${sha} `));
  });

  function pathOf(objects: string, id: string): string {
    const file = join(objects, id.slice(0, 2), id.slice(2));
    try {
      chmodSync(file, 0o644);
    } catch {
      // It is about to be made.
    }
    return file;
  }

  /** A commit of somebody else, whose files are left in the checkout. */
  function evilCommit(folder: string): string {
    put(folder, 'train.sh', { text: '#!/bin/evil\n', mode: 0o755 });
    git(folder, 'checkout', '--quiet', '-b', 'evil');
    git(folder, 'commit', '--quiet', '--all', '--message', 'evil');
    return commitOf(folder);
  }
});

describe('a folder that the checkout only seems to hold', () => {
  it('is compared where it really is', async () => {
    const outside = makeFolder({ 'jobimg.yml': 'run: evil\n' });
    const { folder, sha } = committed({ ...FILES, away: { link: outside }, inside: { link: 'src' } });

    expect(await differenceFrom(folder, sha)).toBeUndefined();
    expect(await differenceFrom(join(folder, 'inside'), sha)).toBeUndefined();
    expect(await differenceFrom(join(folder, 'away'), sha)).toBe('it is not a Git checkout');
    expect(await differenceFrom(join(folder, '.git/objects'), sha)).toBe('it is a folder of Git itself');
    expect(await differenceFrom(join(folder, 'nowhere'), sha)).toMatch(/^it cannot be read: ENOENT/);
  });

  it('is not the one of what is no commit', async () => {
    const { folder } = committed();
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: folder, encoding: 'utf8' }).trim();

    expect(await differenceFrom(folder, tree)).toBe(`the object ${tree} is not a commit`);
    for (const text of ['', 'main', 'g'.repeat(40), 'a'.repeat(41)]) {
      expect(await differenceFrom(folder, text)).toBe(`"${text}" is not a commit`);
    }
  });
});
