import { describe, expect, it } from '@jest/globals';
import { readStep, stepWith, told } from './read.ts';

function filesOf(
  lines: readonly string[],
  overrides: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const { inputs = [] } = readStep(stepWith(...lines), { overrides });
  return inputs.map(({ folder, file }) => `${folder}/${file}`);
}

describe('inputs of a step', () => {
  it.each([
    ['one address', 'default: https://x/a/b.csv', ['b.csv']],
    ['several', 'default: [https://x/a/b.csv, https://x/c.csv]', ['b.csv', 'c.csv']],
    ['a name of its own', 'default: https://x/a/b.csv, filename: c/d.csv', ['c/d.csv']],
    ['a name that several cannot have', 'default: [https://x/a, https://x/b], filename: c', ['a', 'b']],
    [
      'folders that are kept',
      'default: [https://x/a/b, https://x/c/b], keep-directories: full',
      ['a/b', 'c/b'],
    ],
    ['folders that are kept, as a flag', 'default: https://x/a/b, keep-directories: true', ['a/b']],
    ['folders of a pattern', 'default: https://x/a/b, keep-directories: suffix', ['b']],
    ['none', 'optional: true', []],
  ])('with %s stand below their name', (_name, fields, expected) => {
    expect(filesOf(['inputs:', `  - { name: data, ${fields} }`])).toEqual(
      expected.map((file) => `/valohai/inputs/data/${file}`),
    );
  });

  it('are given for a run, one or several', () => {
    const lines = ['inputs:', '  - { name: data.set, default: https://x/a }', '  - { name: more }'];
    const given = new Map([
      ['inputs.data.set', 'https://y/b'],
      ['inputs.more', '[https://y/c, d/e]'],
    ]);

    expect(filesOf(lines, given)).toEqual([
      '/valohai/inputs/data.set/b',
      '/valohai/inputs/more/c',
      '/valohai/inputs/more/e',
    ]);
  });

  it.each([
    ['{ name: data }', '6:9 error the input "data" has no file'],
    [
      '{ name: data, default: [https://x/a/b, https://x/c/b] }',
      '6:32 error two files of the input "data" have one name',
    ],
    [
      '{ name: data, default: [https://x/a, "datum://1"] }',
      '6:46 error the input "data": "datum://" is not fetched',
    ],
    [
      '{ name: ../data, default: https://x/a }',
      '6:35 error the input "../data": the path "../data" leaves the repository',
    ],
    [
      '{ name: data, default: https://x/a, filename: ../b }',
      '6:32 error the input "data": the path "../b" leaves the repository',
    ],
  ])('keep a step from being run: %s', (input, expected) => {
    expect(told(stepWith('inputs:', `  - ${input}`), { toRun: true })).toEqual([expected]);
  });

  it('of another step do not', () => {
    const text = `${stepWith('inputs: [{ name: data }]')}\n${stepWith().replace('Train model', 'Other')}`;

    expect(told(text, { toRun: true, job: 'other' })).toEqual([]);
  });

  it('that nobody declared cannot be given', () => {
    const overrides = new Map([['inputs.dta', 'https://x/y']]);

    expect(told(stepWith('inputs: [{ name: data, optional: true }]'), { toRun: true, overrides })).toEqual([
      'overrides error unknown input "dta"',
    ]);
  });
});

describe('mounts of a step', () => {
  it('are read in both forms', () => {
    const { mounts } = readStep(
      stepWith(
        'mounts:',
        '  - /srv/data:/data',
        '  - { source: /srv/more, destination: /more, readonly: yes }',
      ),
    );

    expect(mounts?.map(({ location, ...mount }) => mount)).toEqual([
      { from: '/srv/data', to: '/data', readOnly: false },
      { from: '/srv/more', to: '/more', readOnly: true },
    ]);
  });
});
