import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { git, makeFolder, pathsIn, put, sourceOf, walked } from '../folder.ts';

function makeRepository(files: Parameters<typeof makeFolder>[0]): string {
  const folder = makeFolder(files);
  git(folder, 'init', '-q');
  return folder;
}

const withGit = walked({ git: true, ignore: ['**/.git', '**/.env'] });

describe('what Git ignores', () => {
  it('is left out, and what is new but not ignored enters', async () => {
    const folder = makeRepository({
      '.gitignore': '*.log\n/data/\n',
      'a.py': '',
      'b.log': '',
      'data/x': '',
      'é ü.py': '',
    });
    git(folder, 'add', 'a.py');

    expect(await pathsIn(folder, withGit)).toEqual(['.gitignore', 'a.py', 'é ü.py']);
  });

  it('is told together with what the patterns left out', async () => {
    const folder = makeRepository({ '.env': '', 'a.py': '', 'deep/.env': '' });

    const { findings } = await sourceOf(folder).scan(withGit);

    expect(findings).toEqual([
      {
        level: 'notice',
        code: 'left-out',
        message: 'left out of the code: what Git ignores, ".env", "deep/.env"',
      },
    ]);
  });

  it('enters when it was added all the same, and what was deleted does not', async () => {
    const folder = makeRepository({
      '.gitignore': '*.bin\n',
      'model.bin': '',
      'gone.py': '',
      'link.py': { link: 'x' },
    });
    git(folder, 'add', '-f', '.');
    rmSync(join(folder, 'gone.py'));

    expect(await pathsIn(folder, withGit)).toEqual(['.gitignore', 'link.py', 'model.bin']);
  });

  it('is looked for in one folder of the repository only, when the set says so', async () => {
    const folder = makeRepository({ '.gitignore': '*.log\n', 'code/a.py': '', 'code/b.log': '', 'c.py': '' });

    expect(await pathsIn(folder, { ...withGit, folder: 'code' })).toEqual(['a.py']);
  });

  it('is nothing without a repository', async () => {
    const folder = makeFolder({ '.gitignore': 'b\n', a: '', b: '' });

    expect(await pathsIn(folder, withGit)).toEqual(['.gitignore', 'a', 'b']);
  });

  it('is nothing in a folder that a repository further up ignores as a whole', async () => {
    const folder = makeRepository({ '.gitignore': 'work/\n', 'work/a.py': '' });

    expect(await pathsIn(join(folder, 'work'), withGit)).toEqual(['a.py']);
  });

  it('is asked of repositories inside: a submodule, another repository, a work tree whose .git is a file', async () => {
    const library = makeRepository({ 'lib.py': '', '.gitignore': '*.o\n' });
    git(library, 'add', '.');
    git(library, 'commit', '-q', '-m', 'a');
    const folder = makeRepository({ 'a.py': '' });
    git(folder, 'submodule', '--quiet', 'add', library, 'sub');
    put(folder, 'sub/built.o', '');
    git(library, 'worktree', 'add', '-q', '--detach', join(folder, 'tree'));
    git(folder, 'clone', '-q', library, 'nested');
    put(folder, 'nested/.env', '');

    expect(await pathsIn(folder, withGit)).toEqual([
      '.gitmodules',
      'a.py',
      'nested/.gitignore',
      'nested/lib.py',
      'sub/.gitignore',
      'sub/lib.py',
      'tree/.gitignore',
      'tree/lib.py',
    ]);
  });

  it('warns of a submodule that was not checked out', async () => {
    const library = makeRepository({ 'lib.py': '' });
    git(library, 'add', '.');
    git(library, 'commit', '-q', '-m', 'a');
    const folder = makeRepository({});
    git(folder, 'submodule', '--quiet', 'add', library, 'sub');
    git(folder, 'submodule', '--quiet', 'deinit', '-f', 'sub');

    const { entries, findings } = await sourceOf(folder).scan(withGit);

    expect(entries.map((entry) => entry.path)).toEqual(['.gitmodules']);
    expect(findings[0]).toMatchObject({ level: 'warning', message: 'the submodule "sub" is empty' });
    const ignored = await sourceOf(folder).scan({ ...withGit, ignore: ['**/.git', 'sub'] });
    expect(ignored.findings.map((finding) => finding.message)).toEqual([
      'left out of the code: what Git ignores, "sub/"',
    ]);
  });
});
