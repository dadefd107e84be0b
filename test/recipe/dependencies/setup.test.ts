import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { Tree } from '../../../src/jobspec/file/tree.ts';
import { chooseDependencies } from '../../../src/recipe/dependencies/choose.ts';
import { requirementLines, sectionOf } from '../../../src/recipe/dependencies/setup/cfg.ts';
import { readBySetup } from '../../../src/recipe/dependencies/setup/run.ts';
import { emptyNotes } from '../../../src/recipe/notes.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function read(files: Files) {
  const notes = emptyNotes();
  const { files: chosen } = chooseDependencies(
    'auto',
    { job: jobOf('run: x\n'), tree: treeOf(files) },
    notes,
  );
  const [file] = chosen;
  return { ...file, codes: notes.findings.all.map(({ code }) => code), text: String(file?.install) };
}

describe('setup.cfg', () => {
  it('is read by sections, with comments, both signs and values of several lines', () => {
    const text =
      '[a]\nx = 1\n[options]\n# no\nInstall-Requires =\n  one\n  ; no\n  two # word\npython_requires: >=3.9\n[b]\nx = 2\n';

    const section = sectionOf(text, 'options');

    expect(section.get('python_requires')).toBe('>=3.9');
    expect(requirementLines(section.get('install_requires') ?? '')).toEqual(['one', 'two']);
    expect(requirementLines('one; two')).toEqual(['one', 'two']);
  });

  it('has values that go on over empty lines, and keys that are indented', () => {
    const text =
      '[options]\n  install_requires =\n    one\n\n    two\n  python_requires = >=3.9\n\n[options.extras_require]\nx = y\n';

    const section = sectionOf(text, 'options');

    expect(requirementLines(section.get('install_requires') ?? '')).toEqual(['one', 'two']);
    expect(section.get('python_requires')).toBe('>=3.9');
  });

  it('is found for its options alone', () => {
    expect(read({ 'setup.cfg': '[flake8]\nx = 1\n' }).path).toBeUndefined();
    expect(read({ 'setup.cfg': '[options]\ninstall_requires = a\n' })).toMatchObject({
      path: 'setup.cfg',
      open: { requirements: ['a'] },
    });
  });

  it('decides for a setup.py that says nothing itself', () => {
    const files = {
      'setup.py': 'setup()\n',
      'setup.cfg': '[options]\npython_requires = >=3.9\ninstall_requires = a\n',
    };

    expect(read(files)).toMatchObject({
      path: 'setup.py',
      open: { requirements: ['a'] },
      files: [],
      python: { specifiers: '>=3.9' },
    });
  });
});

describe('setup.py', () => {
  it('is run beside the files that its text names', () => {
    const files = {
      'setup.py':
        'import versioneer\nfrom demo.about import x\nopen("README.md"); open("/etc/passwd"); open("../x"); join("data", "list.txt")\nsetup(install_requires=x, packages=["demo"], python_requires=">=3.10")\n',
      'README.md': '',
      'versioneer.py': '',
      'demo/__init__.py': '',
      'demo/about.py': '',
      'demo/other.py': '',
      'data/list.txt': '',
      'pyproject.toml': '[build-system]\nrequires = ["setuptools>=61", "numpy"]\n',
    };

    const found = read(files);

    expect(found.codes).toEqual([]);
    expect(found.files).toEqual([
      'README.md',
      'data/list.txt',
      'demo/__init__.py',
      'demo/about.py',
      'pyproject.toml',
      'setup.py',
      'versioneer.py',
    ]);
    expect(found.open).toEqual({ requirements: [], read: found.files });
    expect(found.python).toEqual({ specifiers: '>=3.10', file: 'setup.py' });
    expect(found.text).toContain("<<'--end--'\nnumpy\nsetuptools>=61\n--end--");
  });

  it.each([
    ['works them out', 'setup(**meta)\n'],
    ['reads them of a file by its configuration', 'setup()\n'],
  ])('that %s is run', (_, program) => {
    const config = '[options]\ninstall_requires = file: requirements.in\n';

    const { files } = read({ 'setup.py': program, 'setup.cfg': config, 'requirements.in': 'a\n' });

    expect(files).toEqual(['requirements.in', 'setup.cfg', 'setup.py']);
  });
});

describe('what a setup.py names', () => {
  it('is not a file of it when it is too large or no text', () => {
    const tree = treeOf({
      'setup.py': 'open("weights.bin"); open("list.txt")',
      'weights.bin': '',
      'list.txt': '',
    });
    const strict: Tree = {
      ...tree,
      text(path) {
        if (path === 'weights.bin') throw new UserError('"weights.bin" is not UTF-8 text');
        return tree.text(path);
      },
    };

    expect(readBySetup('setup.py', strict)).toEqual(['list.txt', 'setup.py']);
  });
});

describe('pyproject.toml', () => {
  const DYNAMIC = '[project]\nname = "x"\nrequires-python = ">=3.10"\ndynamic = ["dependencies"]\n';

  it('with dependencies in a file that setuptools reads has those', () => {
    const project = `${DYNAMIC}[tool.setuptools.dynamic]\ndependencies = { file = ["deps.txt"] }\n`;

    expect(read({ 'pyproject.toml': project, 'deps.txt': 'a==1\n' })).toMatchObject({
      path: 'pyproject.toml',
      files: ['deps.txt'],
      python: { specifiers: '>=3.10', file: 'pyproject.toml' },
      codes: [],
    });
  });

  it('with dependencies in setup.cfg has those', () => {
    expect(
      read({ 'pyproject.toml': DYNAMIC, 'setup.cfg': '[options]\ninstall_requires = a\n' }),
    ).toMatchObject({ open: { requirements: ['a'] }, python: { file: 'pyproject.toml' }, codes: [] });
  });
});
