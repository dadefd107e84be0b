import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../src/findings.ts';
import { chooseDependencies } from '../../../src/recipe/dependencies/choose.ts';
import { DEPENDENCY_KINDS } from '../../../src/recipe/dependencies/table.ts';
import { emptyNotes } from '../../../src/recipe/notes.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function choose(asked: 'auto' | 'none' | readonly string[], files: Files) {
  const notes = emptyNotes();
  const look = { job: jobOf('run: python train.py\n'), tree: treeOf(files) };
  const { files: chosen, found } = chooseDependencies(asked, look, notes);
  return {
    paths: chosen.map(({ path }) => path),
    found,
    reasons: notes.reasons,
    findings: notes.findings.all,
  };
}

const PROJECT = '[project]\nname = "x"\ndependencies = ["a"]\n';

describe('the dependency file', () => {
  it.each<[Files, string]>([
    [{ 'train.py': '# /// script\n# dependencies = ["a"]\n# ///\n', 'requirements.txt': 'b' }, 'train.py'],
    [{ 'requirements.txt': 'a', 'pyproject.toml': PROJECT, 'setup.py': '' }, 'requirements.txt'],
    [{ 'requirements.lock': 'a==1', 'requirements.txt': 'a' }, 'requirements.lock'],
    [{ 'pyproject.toml': PROJECT, 'setup.py': '' }, 'pyproject.toml'],
  ])('of %j is %s', (files, path) => {
    expect(choose('auto', files).paths).toEqual([path]);
  });

  it('is none when a pyproject.toml speaks of tools only', () => {
    expect(choose('auto', { 'pyproject.toml': '[tool.ruff]\n' })).toMatchObject({
      paths: [],
      found: false,
      findings: [],
    });
  });

  it('is said, with what is passed over', () => {
    const { reasons } = choose('auto', { 'requirements.txt': 'a', 'pyproject.toml': PROJECT });

    expect(reasons).toEqual([
      { subject: 'dependencies', choice: 'requirements.txt', why: 'found first; not read: pyproject.toml' },
    ]);
  });

  it('that the spec names is of the kind its name says, and none is none', () => {
    const files = { 'a/pyproject.toml': PROJECT, 'deps/train.in': 'a\n', 'requirements.txt': 'b\n' };

    expect(choose(['a/pyproject.toml', 'deps/train.in'], files).paths).toEqual([
      'a/pyproject.toml',
      'deps/train.in',
    ]);
    expect(choose('none', files)).toMatchObject({ paths: [], found: false });
    expect(choose(['gone.txt'], files).findings).toMatchObject([{ code: 'file-not-found' }]);
  });

  it.each<[string, Files, string]>([
    [
      'dynamic',
      { 'pyproject.toml': '[project]\nname = "x"\ndynamic = ["dependencies"]\n' },
      'dependencies-not-static',
    ],
    [
      'with sources of uv',
      { 'pyproject.toml': `${PROJECT}[tool.uv.sources]\na = { path = "a" }\n` },
      'dependencies-not-static',
    ],
    [
      'with an option for a package',
      { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["--index-url=x"]\n' },
      'input',
    ],
    [
      'with a folder for a package',
      { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["a @ file:///a"]\n' },
      'local-requirement',
    ],
    ['that is no TOML', { 'pyproject.toml': '[project\n' }, 'toml'],
    ['without its project', { 'uv.lock': 'version = 1\n' }, 'file-not-found'],
    [
      'with a folder beside it',
      { 'pyproject.toml': PROJECT, 'uv.lock': '[[package]]\nname = "a"\nsource = { editable = "../a" }\n' },
      'local-requirement',
    ],
  ])('%s is refused', (_, files, code) => {
    expect(choose('auto', files).findings.map((finding) => finding.code)).toEqual([code]);
  });

  it('of uv may have members and wheels of the repository', () => {
    const lock =
      '[manifest]\nmembers = ["x", "y"]\n[[package]]\nname = "x"\nsource = { editable = "." }\n[[package]]\nname = "y"\nsource = { editable = "y" }\n[[package]]\nname = "z"\nsource = { path = "wheels/z.whl" }\n';
    const notes = emptyNotes();

    const look = { job: jobOf('run: x\n'), tree: treeOf({ 'pyproject.toml': PROJECT, 'uv.lock': lock }) };

    expect(chooseDependencies('auto', look, notes).files[0]?.files).toEqual([
      'uv.lock',
      'pyproject.toml',
      'wheels/z.whl',
    ]);
    expect(notes.findings.all).toEqual([]);
  });

  it('of uv says which members of the workspace the project needs', () => {
    const member = (name: string, folder: string, ...needs: readonly string[]) =>
      [
        '[[package]]',
        `name = "${name}"`,
        `source = { editable = "${folder}" }`,
        `dependencies = [${needs.map((need) => `{ name = "${need}" }`).join(', ')}]`,
      ].join('\n');
    const lock = [
      '[manifest]\nmembers = ["x", "near", "far", "other"]',
      member('x', '.', 'near'),
      member('near', 'packages/near', 'far'),
      member('far', 'packages/far'),
      member('other', 'packages/other'),
    ].join('\n');

    const { findings } = choose('auto', { 'pyproject.toml': PROJECT, 'uv.lock': lock });

    const told = (folders: string) => [
      {
        level: 'notice',
        code: 'workspace-members',
        hint: expect.stringContaining(`pip install --no-deps ${folders}]`),
      },
    ];
    expect(findings).toMatchObject(told('./packages/near ./packages/far'));
    const below = choose(['app/uv.lock'], { 'app/pyproject.toml': PROJECT, 'app/uv.lock': lock });
    expect(below.findings).toMatchObject(told('./app/packages/near ./app/packages/far'));
  });
});

describe('the table of kinds', () => {
  it.each(DEPENDENCY_KINDS)('$name finds nothing in an empty repository', (kind) => {
    const look = { job: jobOf('run: python a.py\n'), tree: treeOf({}) };

    expect(kind.find(look, new Findings())).toBeUndefined();
  });

  it('has one name for each', () => {
    expect(new Set(DEPENDENCY_KINDS.map(({ name }) => name)).size).toBe(DEPENDENCY_KINDS.length);
  });
});
