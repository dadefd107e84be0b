import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../src/findings.ts';
import { parseMatchSpec } from '../../../src/jobspec/values/conda.ts';
import { baseBesideConda, pythonConstraint, specifiersOf } from '../../../src/recipe/conda/python.ts';

const LOCATION = { file: 'environment.yml', line: 3 };

function condaPython(text: string) {
  const specifiers = specifiersOf(parseMatchSpec(text));
  return { text, specifiers, location: LOCATION };
}

function asked(...accepts: readonly string[]) {
  return {
    version: accepts[0] ?? '3.13',
    accepts: accepts.length === 0 ? undefined : accepts,
    why: 'the spec',
  };
}

describe('the Python of a conda environment', () => {
  it.each([
    ['python', undefined],
    ['python=3.11', '==3.11.*'],
    ['python=3.11.*', '==3.11.*'],
    ['python=3.11.4=h_cpython', '==3.11.4.*'],
    ['python 3.11', '==3.11'],
    ['python 3.11.*', '==3.11.*'],
    ['python ==3.11.4', '==3.11.4'],
    ['python >=3.10, <3.12', '>=3.10,<3.12'],
    ['python ~=3.10', '~=3.10'],
    ['python 3.10.*|3.11.*', undefined],
    ['python=3.10|3.11', undefined],
    ['python *', undefined],
  ])('%s is the set %s', (text, specifiers) => {
    expect(specifiersOf(parseMatchSpec(text))).toBe(specifiers);
  });

  it.each([
    ['python=3.11', asked('3.11')],
    ['python=3.11', asked('3.11.4')],
    ['python ==3.11.4', asked('3.11')],
    ['python >=3.11.2,<3.11.5', asked('3.11')],
    ['python >=3.10', asked('3.11', '3.12')],
    ['python=3.8', asked('3.9', '3.10')],
    ['python 3.10.*|3.11.*', asked('3.13')],
    ['python', asked('3.12')],
    ['python=3.7', asked()],
  ])('%s agrees with %j', (text, choice) => {
    const findings = new Findings();

    const environment = { packages: NO_PACKAGES, variables: new Map(), python: condaPython(text) };
    const base = baseBesideConda(choice, environment, findings);

    expect(findings.all).toEqual([]);
    expect(base).toMatchObject({ version: '3.13', accepts: undefined });
  });

  it.each([
    ['python=3.11', asked('3.12')],
    ['python=3.11.3', asked('3.11.4')],
    ['python <3.12', asked('3.12', '3.13')],
    ['python=3.8', asked('3.12')],
  ])('%s contradicts %j, which is told with its place', (text, choice) => {
    const findings = new Findings();

    baseBesideConda(
      choice,
      { packages: NO_PACKAGES, variables: new Map(), python: condaPython(text) },
      findings,
    );

    expect(findings.all).toMatchObject([
      { code: 'python-version', message: expect.stringContaining(`"${text}" in environment.yml, line 3`) },
    ]);
  });

  it('is held to what was asked for elsewhere, also when another package brings it along', () => {
    expect(pythonConstraint(asked(), undefined)).toEqual([]);
    expect(pythonConstraint(asked('3.12'), undefined)).toEqual(['python 3.12.*']);
    expect(pythonConstraint(asked('3.12.4'), undefined)).toEqual(['python ==3.12.4']);
    expect(pythonConstraint(asked('3.12', '3.13'), condaPython('python >=3.9'))).toEqual([
      'python 3.12.*|3.13.*',
    ]);
    expect(pythonConstraint(asked('3.9', '3.10'), condaPython('python=3.8'))).toEqual([]);
  });
});

const NO_PACKAGES = { kind: 'open', channels: [], specs: [] } as const;

describe('conda packages that name no Python', () => {
  it('are not installed by a Python that is too old for it', () => {
    const findings = new Findings();

    baseBesideConda(asked('3.9'), { packages: NO_PACKAGES, variables: new Map() }, findings);

    expect(findings.all).toMatchObject([{ hint: expect.stringContaining('python=3.9') }]);
  });
});
