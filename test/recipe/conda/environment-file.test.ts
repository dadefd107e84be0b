import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../src/errors.ts';
import { readEnvironmentFile } from '../../../src/recipe/conda/environment-file.ts';
import { anyTree } from '../../jobspec/any-yaml.ts';

const read = (text: string) => readEnvironmentFile('environment.yml', text);

function messagesOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map(({ location, message }) => `${location?.line}:${location?.column} ${message}`);
  }
}

describe('an environment.yml', () => {
  it('may have an empty list for pip', () => {
    expect(read('dependencies: [python=3.11, pip, { pip: }]\n').pip).toEqual([]);
  });

  it('of Windows is told by what only Windows has', () => {
    const text = 'dependencies:\n  - numpy=1.26.4=py312h1\n  - vc=14.2=h21\n  - ucrt=10\n';

    expect(messagesOf(text)).toEqual([
      '3:5 "vc=14.2=h21" is of Windows alone, and so are ucrt: environment.yml is an export of Windows, and an image is of Linux',
    ]);
  });

  it('says channels, packages, lines for pip, variables and where its Python stands', () => {
    const file = read(`name: x
channels: [conda-forge]
dependencies:
  - numpy=1.26 # [linux]
  - python=3.11
  - pip: [-r more.txt, six]
variables: { A: 1 }
`);

    expect(file).toMatchObject({
      packages: { kind: 'open', channels: ['conda-forge'], specs: ['numpy=1.26', 'python=3.11'] },
      python: {
        text: 'python=3.11',
        specifiers: '==3.11.*',
        location: { file: 'environment.yml', line: 5, column: 5 },
      },
      pip: [{ text: '-r more.txt', location: { line: 6, column: 11 } }, { text: 'six' }],
      variables: new Map([['A', '1']]),
    });
  });

  it('means the same in any order of its packages', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b=1', 'c >=2', 'd::e'], { minLength: 4 }), (specs) => {
        const file = read(`channels: [d]\ndependencies: ${JSON.stringify(specs)}\n`);

        expect(file.packages).toEqual(
          read('channels: [d]\ndependencies: [a, b=1, c >=2, "d::e"]\n').packages,
        );
      }),
    );
  });

  it.each([
    ['', ['1:1 "dependencies" is missing']],
    ['dependancies: [a]', ['1:1 "dependencies" is missing', '1:1 unknown key "dependancies"']],
    ['- a', ['1:1 a conda environment is a mapping of keys and values']],
    ['dependencies:\n - python=3.11\n   - numpy', ['2:4 dependencies.0: "python=3.11 - numpy" is two items']],
    ['dependencies: [python: 3.11]', ['1:16 unknown key "python" in "dependencies.0"']],
    ['dependencies: [a]\nvariables: { MY_TOKEN: x }', ['2:14 variables: "MY_TOKEN" looks like a secret']],
    [
      'dependencies: [a]\nvariables: { DB: "pg://me:s3cret@db" }',
      ['2:18 variables.DB: an address with a password'],
    ],
    ['dependencies: &a [b, *a]', ['1:18 more than 32 levels deep']],
    ['dependencies: [!!python/object:os.system x]', ['1:16 the tag']],
  ])('%j is told at its place', (text, expected) => {
    const told = messagesOf(text);

    for (const message of expected) expect(told).toContainEqual(expect.stringContaining(message));
  });

  it('is read, or refused with places, whatever stands in it', () => {
    const keys = ['name', 'channels', 'dependencies', 'pip', 'variables', 'prefix', 'constructor', 'x'];
    const words = ['numpy', 'python=3.11', 'a::b >=1', '-r x.txt', 'conda-forge', 'https://h/c', 'API_TOKEN'];
    fc.assert(
      fc.property(anyTree({ keys, words, maxKeys: 5 }), (value) => {
        for (const message of messagesOf(JSON.stringify(value) ?? '')) expect(message).toMatch(/^\d+:\d+ ./);
      }),
    );
  });
});
