import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readIgnoreRules } from '../../../src/source/git/ignore-file.ts';
import { isIgnored } from '../../../src/source/git/ignored.ts';
import { git, makeFolder, pathsIn, sourceOf, walked } from '../folder.ts';

const withGit = walked({ git: true, ignore: ['**/.git', 'out'] });

describe('a rule', () => {
  it.each([
    { text: 'a', path: 'b/a', ignored: true },
    { text: '/a', path: 'b/a', ignored: false },
    { text: 'a/', path: 'a', ignored: false },
    { text: 'a\n!a', path: 'a', ignored: false },
    { text: '!a\na', path: 'a', ignored: true },
    { text: 'a  ', path: 'a', ignored: true },
    { text: 'a\\ ', path: 'a ', ignored: true },
    { text: '\\#a', path: '#a', ignored: true },
    { text: '#a', path: '#a', ignored: false },
    { text: 'a\r\nb', path: 'a', ignored: true },
    { text: '\uFEFFa', path: 'a', ignored: true },
    { text: 'a/**/b', path: 'a/b', ignored: true },
    { text: 'a/**', path: 'a', ignored: false },
    { text: '*.py[cod]', path: 'a/b.pyc', ignored: true },
    { text: '?', path: 'é', ignored: false },
    { text: 'a\\', path: 'a\\', ignored: false },
    { text: '[a', path: '[a', ignored: false },
  ])('$text on $path', ({ text, path, ignored }) => {
    const rules = { skip: 0, own: readIgnoreRules(Buffer.from(text)), above: undefined };

    expect(isIgnored(Buffer.from(path).toString('latin1'), false, rules)).toBe(ignored);
  });

  it('that is made to be slow is not', () => {
    const rules = { skip: 0, own: readIgnoreRules(Buffer.from(`/${'**/*a'.repeat(60)}b`)), above: undefined };

    expect(isIgnored('a/'.repeat(200), false, rules)).toBe(false);
  });
});

describe('rules', () => {
  it('of the machine do not count: a commit has the same files everywhere', async () => {
    const folder = makeFolder({ 'a.py': '', 'b.py': '', rules: 'a.py\n' });
    git(folder, 'init', '-q');
    git(folder, 'config', 'core.excludesFile', join(folder, 'rules'));
    const withExclude = makeFolder({ 'a.py': '', 'b.py': '' });
    git(withExclude, 'init', '-q');
    mkdirSync(join(withExclude, '.git/info'), { recursive: true });
    execFileSync('sh', ['-c', 'echo a.py > .git/info/exclude'], { cwd: withExclude });

    expect(await pathsIn(folder, withGit)).toEqual(['a.py', 'b.py', 'rules']);
    expect(await pathsIn(withExclude, withGit)).toEqual(['a.py', 'b.py']);
  });

  it('in a link, a folder or a FIFO are none', async () => {
    const outside = makeFolder({ rules: '*\n' });
    const folder = makeFolder({
      '.gitignore': { link: join(outside, 'rules') },
      'a.py': '',
      'b/.gitignore/c': '',
      'd/e.py': '',
    });
    git(folder, 'init', '-q');
    execFileSync('mkfifo', [join(folder, 'd/.gitignore')]);

    expect(await pathsIn(folder, withGit)).toEqual(['.gitignore', 'a.py', 'b/.gitignore/c', 'd/e.py']);
  });
});

describe('what is new in a repository', () => {
  it('does not enter when it is neither a file nor a link', async () => {
    const folder = makeFolder({ 'a.py': '' });
    git(folder, 'init', '-q');
    execFileSync('mkfifo', [join(folder, 'fifo')]);

    expect(await pathsIn(folder, withGit)).toEqual(['a.py']);
  });

  it('does not enter through a link that stands where a tracked folder was', async () => {
    const outside = makeFolder({ 'a.py': 'of somebody else' });
    const folder = makeFolder({ 'sub/a.py': '', 'b.py': '' });
    git(folder, 'init', '-q');
    git(folder, 'add', '.');
    execFileSync('sh', ['-c', `rm -r sub && ln -s ${outside} sub`], { cwd: folder });

    expect(await pathsIn(folder, withGit)).toEqual(['b.py', 'sub']);
  });

  it('may be a folder that nobody may read where it is left out anyway', async () => {
    const folder = makeFolder({ 'a.py': '', 'out/deep/b': '', 'c/d': '' });
    git(folder, 'init', '-q');
    chmodSync(join(folder, 'out/deep'), 0);

    const { entries, findings } = await sourceOf(folder).scan(withGit);

    expect(entries.map(({ path }) => path)).toEqual(['a.py', 'c/d']);
    expect(findings).toMatchObject([{ message: 'left out of the code: what Git ignores, "out/"' }]);
  });
});
