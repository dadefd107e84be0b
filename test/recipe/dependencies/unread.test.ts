import { describe, expect, it } from '@jest/globals';
import { chooseDependencies } from '../../../src/recipe/dependencies/choose.ts';
import { emptyNotes } from '../../../src/recipe/notes.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function choose(files: Files, asked: 'auto' | readonly string[] = 'auto') {
  const notes = emptyNotes();
  const look = { job: jobOf('run: python train.py\n'), tree: treeOf(files) };
  const { files: chosen } = chooseDependencies(asked, look, notes);
  const shown = notes.findings.all.map(({ level, message, hint }) => `${level} ${message} -> ${hint}`);
  return { file: chosen[0], shown };
}

function project(more: string): string {
  return `[project]\nname = "x"\ndynamic = ["dependencies"]\n${more}`;
}

describe('files that are not read', () => {
  it('are named when only the capital letters differ', () => {
    expect(choose({ 'Requirements.txt': 'six' }).shown).toEqual([
      'warning "Requirements.txt" is not read: on Linux it is another name than "requirements.txt" -> rename it to requirements.txt, or write image: { requirements: Requirements.txt }',
    ]);
    expect(choose({ 'req/Base.txt': 'six' }, ['req/base.txt']).shown).toEqual([
      'error the dependency file "req/base.txt" does not exist -> the repository has "req/Base.txt", which is another name on Linux: write that',
    ]);
  });

  it.each([
    ['Pipfile', 'Pipfile.lock', 'pipenv lock'],
    ['pixi.toml', 'pixi.lock', 'pixi lock'],
  ])('are a %s without its lock', (file, lock, command) => {
    expect(choose({ [file]: '' }).shown).toEqual([
      `warning "${file}" is not read without ${lock}, and nothing of it is installed -> run "${command}" and commit ${lock}`,
    ]);
  });

  it('are a project that has groups alone', () => {
    expect(choose({ 'pyproject.toml': '[dependency-groups]\ndev = ["six"]\ntest = []\n' }).shown).toEqual([
      'warning pyproject.toml has dependency groups alone (dev, test), and none of them is installed -> list what the job needs under "dependencies" of [project], or in a requirements.txt',
    ]);
  });
});

describe('dependencies that a project reads of files', () => {
  const files = { 'req/a.txt': 'six==1.16.0\n', 'req/b.txt': 'idna==3.10\n' };

  it.each([
    '[tool.setuptools.dynamic]\ndependencies = { file = ["req/a.txt", "req/b.txt"] }\n',
    '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["req/a.txt", "req/b.txt"]\n',
  ])('%s', (more) => {
    const { file, shown } = choose({ 'pyproject.toml': project(more), ...files });

    expect(shown).toEqual([]);
    expect(file?.files).toEqual(['req/a.txt', 'req/b.txt']);
    expect(file?.install).toContain('\n-r /src/req/a.txt\n-r /src/req/b.txt\n');
  });

  it('are told when one is not there', () => {
    const more = '[tool.setuptools.dynamic]\ndependencies = { file = ["req/a.txt", "req/c.txt"] }\n';

    expect(choose({ 'pyproject.toml': project(more), ...files }).shown).toEqual([
      'error "req/c.txt" does not exist -> commit it, or name another file',
    ]);
  });
});

describe('dependencies of a project', () => {
  it('that only another system has are named', () => {
    const text =
      '[project]\nname = "x"\ndependencies = ["six", "pywin32>=300", "pypiwin32; os_name == \'nt\'"]\n';

    expect(choose({ 'pyproject.toml': text }).shown).toEqual([
      'error "pywin32>=300" is for Windows alone, and an image is of Linux -> remove the line, or write pywin32>=300 ; sys_platform == "win32"',
    ]);
  });
});
