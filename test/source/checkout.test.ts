import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCheckout } from '../../src/source/checkout.ts';
import { type Content, git, makeFolder } from './folder.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const OTHER = 'f'.repeat(40);
const SHA_256 = 'a'.repeat(64);

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
    'https://github.com/acme/train//',
    'git@github.com:acme/train.git',
    'file:///srv/acme/train',
  ])('has the repository of its origin, %s', (address) => {
    const folder = makeRepository({ '.git/config': `[remote "origin"]\n\turl = ${address}\n` });

    expect(readCheckout(folder)).toMatchObject({ name: 'train', root: folder, origin: 'acme/train' });
  });

  it.each([
    ['another remote', '[remote "fork"]\n\turl = https://example.com/eve/train\n'],
    [
      'a section that follows',
      '[remote "origin"]\n\tfetch = a\n[remote "fork"]\n\turl = https://example.com/eve/fork\n',
    ],
    ['an address that is too long', `[remote "origin"]\n\turl = https://example.com/${'a'.repeat(4_097)}\n`],
    ['an address with more behind it', '[remote "origin"]\n\turl = https://example.com/a/b c\n'],
    ['a key that only ends so', '[remote "origin"]\n\tpushurl = https://example.com/a/b\n'],
  ])('has no origin by %s', (_, config) => {
    const folder = makeRepository({ '.git/config': config });

    expect(readCheckout(folder)).toMatchObject({ name: basename(folder), origin: undefined });
  });

  it('has the first address of its origin, wherever that stands in its configuration', () => {
    const config = [
      '[core]',
      '  bare = false',
      '  url = https://example.com/eve/core',
      '[remote "origin"]',
      '  url=https://example.com/acme/train.git.git',
      '  url = https://example.com/acme/second',
      '[branch "main"]',
      '  url = https://example.com/eve/branch',
    ];

    expect(readCheckout(makeRepository({ '.git/config': config.join('\n') })).origin).toBe('acme/train.git');
  });

  it('without a repository has the name of its folder, and nothing else', () => {
    const folder = makeFolder({ 'a.py': '' });

    expect(readCheckout(folder)).toEqual({ name: basename(folder), differenceFrom: expect.any(Function) });
  });

  it('has patterns of its own, unless Git keeps them elsewhere', () => {
    const folder = makeRepository({});
    const elsewhere = makeFolder({ '.git': `gitdir: ${join(folder, '.git')}\n` });

    expect(readCheckout(folder).excludeFile).toBe(join(folder, '.git/info/exclude'));
    expect(readCheckout(elsewhere)).toMatchObject({ root: elsewhere, excludeFile: undefined });
  });

  it.each([
    { what: 'HEAD itself', files: { '.git/HEAD': `${SHA}\n` }, sha: SHA },
    { what: 'HEAD itself, of 64 digits', files: { '.git/HEAD': SHA_256 }, sha: SHA_256 },
    { what: 'the file of its branch', files: { '.git/refs/heads/main': `${SHA}\n` }, sha: SHA },
    {
      what: 'the file of its branch before the packed refs',
      files: { '.git/refs/heads/main': SHA, '.git/packed-refs': `${OTHER} refs/heads/main\n` },
      sha: SHA,
    },
    {
      what: 'the packed refs',
      files: {
        '.git/packed-refs': `# pack-refs\n${OTHER} refs/heads/main-2\n${OTHER} refs/old/refs/heads/main\n${SHA} refs/heads/main\n`,
      },
      sha: SHA,
    },
  ])('has the commit of $what', ({ files, sha }) => {
    expect(readCheckout(makeRepository(files)).sha).toBe(sha);
  });

  it('says how its files differ from a commit', async () => {
    const folder = makeRepository({ '.git/HEAD': SHA });

    expect(await readCheckout(folder).differenceFrom(SHA)).toBe(`the object ${SHA} is not in the repository`);
    expect(await readCheckout(makeFolder()).differenceFrom(SHA)).toBe('it is not a Git checkout');
  });

  it.each([
    { what: 'a HEAD that leads outside of the refs', files: { '.git/HEAD': 'ref: ../../a\n', a: SHA } },
    { what: 'a HEAD with more in it', files: { '.git/HEAD': `x${SHA}` } },
    { what: 'a HEAD that is too long', files: { '.git/HEAD': `${SHA}0` } },
    { what: 'a HEAD with more before the ref', files: { '.git/HEAD': 'x ref: refs/a', '.git/refs/a': SHA } },
    { what: 'a HEAD of two lines', files: { '.git/HEAD': `ref: refs/a\n${SHA}`, '.git/refs/a': SHA } },
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
