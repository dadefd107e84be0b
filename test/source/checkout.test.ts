import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCheckout } from '../../src/source/checkout.ts';
import { type Content, git, makeFolder } from './folder.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';

function makeRepository(files: Readonly<Record<string, Content>>): string {
  return makeFolder({
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/objects/a': '',
    '.git/refs/a': '',
    ...files,
  });
}

describe('a checkout', () => {
  it('has the commit and the name that Git gives it, in a folder of it and in a second work tree', () => {
    const folder = makeFolder({ 'sub/a.py': '' });
    git(folder, 'init', '-q');
    git(folder, 'remote', 'add', 'origin', 'git@example.com:acme/train.git/');
    git(folder, 'add', '.');
    git(folder, 'commit', '-q', '-m', 'a');
    const other = join(makeFolder(), 'other');
    git(folder, 'worktree', 'add', '-q', '--detach', other);
    const sha = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder }).toString().trim();

    expect(readCheckout(folder)).toMatchObject({ sha, name: 'train', root: folder, origin: 'acme/train' });
    expect(readCheckout(join(folder, 'sub'))).toMatchObject({
      sha,
      name: 'train',
      root: folder,
      origin: 'acme/train',
    });
    expect(readCheckout(other)).toMatchObject({ sha, name: 'other', root: other });

    git(folder, 'pack-refs', '--all');
    expect(readCheckout(folder).sha).toBe(sha);
  });

  it.each([
    'https://github.com/acme/train',
    'https://github.com/acme/train.git/',
    'git@github.com:acme/train.git',
  ])('has the repository of its origin, %s', (address) => {
    const folder = makeRepository({ '.git/config': `[remote "origin"]\n\turl = ${address}\n` });

    expect(readCheckout(folder)).toMatchObject({ name: 'train', root: folder, origin: 'acme/train' });
  });

  it('without a repository has the name of its folder', () => {
    const folder = makeFolder({ 'a.py': '' });

    expect(readCheckout(folder)).toMatchObject({ name: basename(folder) });
  });

  it.each([
    { what: 'a HEAD that leads outside of the refs', files: { '.git/HEAD': 'ref: ../../a\n', a: SHA } },
    { what: 'a ref that is no commit', files: { '.git/refs/heads/main': 'x' } },
    { what: 'packed refs that hold something else', files: { '.git/packed-refs': 'evil refs/heads/main\n' } },
    { what: 'a ref that is a link', files: { '.git/refs/heads/main': { link: '../../../a' }, a: SHA } },
  ])('has no commit by $what', ({ files }) => {
    expect(readCheckout(makeRepository(files)).sha).toBeUndefined();
  });

  it('is not waited for where its files are none', () => {
    const folder = makeRepository({});
    execFileSync('mkfifo', [join(folder, '.git/config')]);

    expect(readCheckout(folder)).toMatchObject({ sha: undefined, name: basename(folder) });
  });

  it('is read at once, however its configuration is written', () => {
    const folder = makeRepository({ '.git/config': `[remote "origin"]${'\n'.repeat(1_000_000)}` });

    expect(readCheckout(folder).name).toBe(basename(folder));
  });
});
