import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createTree } from '../../src/source/files/tree.ts';
import { makeFolder } from './folder.ts';

describe('the tree of the repository', () => {
  it('reads small files and lists folders in the order of their bytes', () => {
    const tree = createTree(
      makeFolder({ 'b/z': '', 'b/É': '', 'b/A': '', 'b/\u{1F600}': '', 'b/\uFB01': '', a: 'ä' }),
    );

    expect(tree.text('a')).toBe('ä');
    expect(tree.text('./b/../a')).toBe('ä');
    expect(tree.list('b')).toEqual(['A', 'z', 'É', '\uFB01', '\u{1F600}']);
    expect([tree.has('a'), tree.has('b'), tree.has('c'), tree.has('a/b')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('has nothing to say of what is not there', () => {
    const tree = createTree(makeFolder({ 'a/b': '', gone: { link: 'nowhere' } }));

    expect([tree.text('a'), tree.text('c'), tree.text('a/b/c'), tree.text('gone')]).toEqual(
      Array(4).fill(undefined),
    );
    expect([tree.list('c'), tree.list('a/b')]).toEqual([[], []]);
  });

  it('follows a link that stays inside', () => {
    const tree = createTree(
      makeFolder({ 'a/requirements.txt': 'numpy', 'requirements.txt': { link: 'a/requirements.txt' } }),
    );

    expect(tree.text('requirements.txt')).toBe('numpy');
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', 'out/passwd', 'a/out', 'in/../out/passwd', 'a\0b', '..'])(
    'refuses %j, which leaves the repository',
    (path) => {
      const outside = makeFolder({ passwd: 'secret' });
      const tree = createTree(
        makeFolder({ 'a/out': { link: join(outside, 'passwd') }, out: { link: outside }, 'in/a': '' }),
      );

      expect(() => tree.text(path)).toThrow(`${JSON.stringify(path)} leaves the repository`);
      expect(() => tree.has(path)).toThrow('leaves the repository');
      expect(() => tree.list(path)).toThrow('leaves the repository');
    },
  );

  it('refuses what it could not read whole', () => {
    const folder = makeFolder({
      large: 'a'.repeat(8 * 1_048_576 + 1),
      latin: Buffer.from([0xe4]),
      one: { link: 'two' },
      two: { link: 'one' },
    });
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    const tree = createTree(folder);

    expect(() => tree.text('large')).toThrow('"large" is larger than 8 MiB');
    expect(() => tree.text('latin')).toThrow('"latin" is not UTF-8 text');
    expect(() => tree.text('fifo')).toThrow('"fifo" is neither a file nor a folder');
    expect(() => tree.text('one')).toThrow('"one" is a link that leads back to itself');
  });
});
