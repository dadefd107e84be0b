import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../src/findings.ts';
import {
  choosePython,
  type PythonRequirement,
  parsePythonVersion,
} from '../../../src/recipe/packages/python.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

describe('a version of Python', () => {
  it.each([
    ['3.12', '3.12'],
    ['3.10', '3.10'],
    ['# pyenv\n\n 3.12.4  # pinned\n3.11\n', '3.12.4'],
    ['cpython-3.13', '3.13'],
    ['python-3.11.9', '3.11.9'],
    ['cpython@3.12', '3.12'],
    ['cpython-3.12.4-macos-aarch64-none', '3.12.4'],
  ])('%j is %s', (text, version) => {
    expect(parsePythonVersion(text)).toBe(version);
  });

  it.each([
    '',
    '2.7',
    '3',
    'pypy3.10',
    'cpython-3.12-anything-else',
    '3.8',
    '3.99',
    '3.12t',
    '>=3.12',
    'system',
  ])('refuses %j', (text) => {
    expect(() => parsePythonVersion(text)).toThrow(/Python/);
  });
});

describe('the choice of Python', () => {
  const project = '[project]\nname = "x"\nrequires-python = ">=3.10,<3.12"\n';

  it.each<[string, Files, readonly PythonRequirement[], object]>([
    [
      'image: { python: 3.10 }',
      { '.python-version': '3.12' },
      [],
      { version: '3.10', accepts: ['3.10'], why: 'the spec' },
    ],
    [
      '{}',
      { '.python-version': '3.12.4' },
      [],
      { version: '3.12.4', accepts: ['3.12.4'], why: '.python-version' },
    ],
    ['{}', { 'pyproject.toml': project }, [], { version: '3.11', accepts: ['3.10', '3.11'] }],
    ['{}', { 'pyproject.toml': project }, [{ specifiers: '>=3.12', file: 'a.py' }], { version: '3.13' }],
    ['{}', { 'runtime.txt': 'python-3.11' }, [], { version: '3.11', why: 'runtime.txt' }],
    ['{}', {}, [{ specifiers: '==3.12.4', file: 'a.py' }], { version: '3.12.4' }],
    ['{}', {}, [], { version: '3.13', accepts: undefined }],
  ])('of %s and %j is made in the documented order', (image, files, needs, expected) => {
    const findings = new Findings();
    const job = jobOf(`run: x\n${image === '{}' ? '' : image}\n`);
    if (job.image.kind !== 'built') throw new Error('not built');

    const choice = choosePython({ job, image: job.image, tree: treeOf(files), needs }, findings);

    expect(findings.all).toEqual([]);
    expect(choice).toMatchObject(expected);
  });

  it('says when no version is allowed, and when two files contradict each other', () => {
    const findings = new Findings();
    const job = jobOf('run: x\n');
    if (job.image.kind !== 'built') throw new Error('not built');
    const asking = { job, image: job.image, needs: [] };

    choosePython(
      { ...asking, tree: treeOf({ 'pyproject.toml': '[project]\nrequires-python = ">=4"\n' }) },
      findings,
    );
    choosePython(
      { ...asking, tree: treeOf({ 'pyproject.toml': project, '.python-version': '3.13' }) },
      findings,
    );

    expect(findings.all.map(({ message }) => message)).toEqual([
      'no version of Python satisfies requires-python ">=4" in pyproject.toml',
      'Python 3.13 (.python-version) does not satisfy requires-python ">=3.10,<3.12" in pyproject.toml',
    ]);
  });
});
