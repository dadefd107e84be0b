import { describe, expect, it } from '@jest/globals';
import { chooseDependencies } from '../../../src/recipe/dependencies/choose.ts';
import { emptyNotes } from '../../../src/recipe/notes.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function read(files: Files) {
  const notes = emptyNotes();
  const look = { job: jobOf('run: python train.py\n'), tree: treeOf(files) };
  const { files: chosen } = chooseDependencies('auto', look, notes);
  return { ...chosen[0], findings: notes.findings.all };
}

function poetry(dependencies: string, more = ''): Files {
  return { 'pyproject.toml': `[tool.poetry.dependencies]\npython = "^3.10"\n${dependencies}\n${more}` };
}

function uv(source: string, more = ''): Files {
  const dependencies = '["A_b[x]>=1; python_version < \'4\'", "c"]';
  return {
    'pyproject.toml': `[project]\nname = "x"\ndependencies = ${dependencies}\n[tool.uv.sources]\n${source}\n${more}`,
  };
}

describe('dependencies of Poetry without a lock', () => {
  it.each([
    ['a = "^1.2"', ['a>=1.2,<2.0']],
    ['a = "*"', ['a']],
    ['a = { version = "~2", extras = ["x", "y"] }', ['a[x,y]>=2,<3']],
    ['a = { version = "*", optional = true }', []],
    ['a = { version = "1", platform = "linux" }', ['a==1 ; sys_platform == "linux"']],
    [
      'a = { version = "1", python = "^3.9", markers = "os_name == \'posix\'" }',
      ['a==1 ; (os_name == \'posix\') and (python_version >= "3.9") and (python_version < "4.0")'],
    ],
    [
      'a = [{ version = "1", python = "<3.11.2" }, { version = "2", python = ">=3.11.2" }]',
      ['a==1 ; python_full_version < "3.11.2"', 'a==2 ; python_full_version >= "3.11.2"'],
    ],
    [
      'a = { version = "1", python = "<3.10 || >=3.12,<3.14" }',
      ['a==1 ; (python_version < "3.10") or (python_version >= "3.12" and python_version < "3.14")'],
    ],
    ['a = { git = "https://example.org/a.git", tag = "v1" }', ['a @ git+https://example.org/a.git@v1']],
    ['a = { git = "git@example.org:a.git" }', ['a @ git+ssh://git@example.org/a.git']],
    ['a = { url = "https://example.org/a.whl" }', ['a @ https://example.org/a.whl']],
  ])('%s: %j', (dependencies, requirements) => {
    const { open, findings, python } = read(poetry(dependencies));

    expect(findings).toEqual([]);
    expect(open).toEqual(requirements.length === 0 ? undefined : { requirements });
    expect(python).toEqual({ specifiers: '>=3.10,<4.0', file: 'pyproject.toml' });
  });

  it.each([
    ['a = { path = "../a" }', '', 'local-requirement'],
    ['a = "^1 || ^2"', '', 'poetry-version'],
    ['a = { version = "1", source = "own" }', '', 'dependencies-not-static'],
    ['a = { version = "1", allow-prereleases = true }', '', 'dependencies-not-static'],
    [
      'a = "1"',
      '[[tool.poetry.source]]\nname = "own"\nurl = "https://example.org"\n',
      'dependencies-not-static',
    ],
  ])('with %s%s are refused', (dependencies, more, code) => {
    expect(read(poetry(dependencies, more)).findings.map((finding) => finding.code)).toEqual([code]);
  });
});

describe('sources of uv without a lock', () => {
  it.each([
    [
      'a-b = { git = "https://example.org/a.git", rev = "abc" }',
      'A_b[x] @ git+https://example.org/a.git@abc',
    ],
    [
      'a-b = { url = "https://example.org/a.zip", subdirectory = "s" }',
      'A_b[x] @ https://example.org/a.zip#subdirectory=s',
    ],
  ])('%s', (source, requirement) => {
    const { open, findings } = read(
      uv(source, '[[tool.uv.index]]\nname = "i"\nurl = "x"\nexplicit = true\n'),
    );

    expect(findings).toEqual([]);
    expect(open).toEqual({ requirements: [`${requirement} ; python_version < '4'`, 'c'] });
  });

  it.each([
    ['a-b = { index = "own" }', ''],
    ['a-b = { path = "../a" }', ''],
    ['a-b = { workspace = true }', ''],
    ['a-b = { git = "https://example.org/a", marker = "x" }', ''],
    ['a-b = [{ git = "https://example.org/a" }]', ''],
    ['', '[[tool.uv.index]]\nurl = "https://example.org"\n'],
    ['', '[tool.uv]\nindex-url = "https://example.org"\n'],
    ['', '[tool.uv]\nconstraint-dependencies = ["c<2"]\n'],
  ])('%s%s is for uv alone', (source, more) => {
    expect(read(uv(source, more)).findings).toMatchObject([
      { code: 'dependencies-not-static', hint: 'run "uv lock" and commit the lock' },
    ]);
  });

  it.each([
    ['pdm', 'name = "own"\nurl = "https://example.org"', 1],
    ['poetry', 'name = "own"\nurl = "https://example.org"', 1],
    ['poetry', 'name = "PyPI"\npriority = "primary"', 0],
    ['poetry', 'name = "own"\nurl = "https://example.org"\npriority = "explicit"', 0],
    ['poetry', 'name = "PyPI"\n[tool.poetry.dependencies]\na = { source = "own" }', 1],
    ['poetry', 'name = "PyPI"\n[tool.poetry.dependencies]\na = [{ path = "../a", python = "3.12" }]', 1],
    ['poetry', 'name = "PyPI"\n[tool.poetry.dependencies]\na = { version = "1" }', 0],
  ])('beside one of %s with %j', (tool, source, count) => {
    const project = '[project]\nname = "x"\ndependencies = ["a"]\n';
    const { findings } = read({ 'pyproject.toml': `${project}[[tool.${tool}.source]]\n${source}\n` });

    const told = { code: 'dependencies-not-static', hint: `run "${tool} lock" and commit the lock` };
    expect(findings.filter(({ level }) => level === 'error')).toMatchObject(count === 0 ? [] : [told]);
  });

  it('of a script are told to be locked as a script', () => {
    const header =
      '# /// script\n# dependencies = ["a"]\n# [tool.uv.sources]\n# a = { index = "own" }\n# ///\n';

    expect(read({ 'train.py': header }).findings).toMatchObject([
      { hint: 'run "uv lock --script train.py" and commit the lock' },
    ]);
  });
});

describe('a marker of a dependency', () => {
  it.each(["python_version == '3.*'", "python_full_version == '3.12.1+local'"])('may be %s', (marker) => {
    const requirement = `a>=1 ; ${marker}`;
    const { open, findings } = read({
      'pyproject.toml': `[project]\nname = "x"\ndependencies = ["${requirement}"]\n`,
    });

    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(open).toEqual({ requirements: [requirement] });
  });
});
