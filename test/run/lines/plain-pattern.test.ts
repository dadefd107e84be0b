import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLineMetrics } from '../../../src/run/lines/metrics.ts';
import { LONGEST_PLAIN, plainPattern } from '../../../src/run/lines/plain-pattern.ts';

describe('a plain pattern', () => {
  it.each([
    'loss=([-0-9.e]+)',
    'loss=(\\S+)',
    '(?<name>loss|accuracy)=(?<value>[-0-9.e]+)',
    '(?<name>loss|lr|learned)=(?<value>\\S+)',
    'loss=(?<train_loss>\\S+) lr=(?<lr>\\S+)',
    'step (?<step>\\d+) of \\d+: loss=(?<loss>\\S+),',
    '^(\\w+): *(\\S+)$',
    '.*loss=(\\S+)',
    '\\bloss\\b[:=]\\s*(-?\\d+)',
    '\\[(\\d+)\\] loss (\\d+\\.\\d+)',
  ])('is found by the matcher of JavaScript: %s', (pattern) => {
    expect(plainPattern(pattern)).toBeInstanceOf(RegExp);
  });

  it.each([
    'a*a*(b)',
    'a?a?a?(b)',
    '\\d+\\d+(x)',
    '(\\d+) .*loss=(\\S+) .*(x)',
    '(a|a)(a|a)(a|a)(a|a)b',
    '(a+)+b',
    '(a|b)*c',
    '(a|b+)c',
    '(a|)c',
    '((a))',
    'a|b',
    '(?i:a)',
    '(?i)a',
    'a{2}',
    '(\\d*)',
    '[[:alpha:]]',
    '\\pL',
    '\\x41',
    '\\Qa\\E',
    'größe=(\\d+)',
    '',
  ])('is not one that could take long, or that two matchers may read in two ways: %s', (pattern) => {
    expect(plainPattern(pattern)).toBeUndefined();
  });
});

const CHARACTERS = [
  'a',
  'b',
  '=',
  ' ',
  '1',
  '2',
  '.',
  '-',
  ',',
  'é',
  '\t',
  '\u00a0',
  '\ufeff',
  '😀',
  '\ud83d',
  '\u2028',
  '\n',
];
const text = fc
  .array(fc.constantFrom(...CHARACTERS, 'ab=1', '12', 'a=1.5,', 'nan'), { maxLength: 24 })
  .map((parts) => parts.join(''));
const long = text.map((line) => line.padEnd(LONGEST_PLAIN + 1, 'a=1 '));

const single = fc.constantFrom(
  ...['a', 'b', '=', ' ', '1', '\\.', '-', ',', '.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S'],
  ...['[ab]', '[^a]', '[-0-9.e]', '[\\d.]', '[^\\s=]', '[\\s,]', '[a-]'],
);
const atom = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(single, fc.constantFrom('', '', '', '', '+', '*', '?', '+?', '*?', '??'))
      .map((two) => two.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('\\b', '^', '$') },
);
const sequence = fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join(''));
const fixed = fc.array(single, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join(''));
const branches = fc.array(fixed, { minLength: 2, maxLength: 3 }).map((all) => all.join('|'));
const group = fc.oneof(sequence, branches);
const pattern = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: sequence },
      { weight: 2, arbitrary: group.map((inside) => `(${inside})`) },
      { weight: 1, arbitrary: group.map((inside) => `(?:${inside})`) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom('name', 'value', 'loss'), group)
          .map(([name, inside]) => `(?<${name}>${inside})`),
      },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''))
  .filter((written) => isValid(written) && plainPattern(written) !== undefined);

function isValid(written: string): boolean {
  try {
    new RegExp(written, 'u');
    return true;
  } catch {
    return false;
  }
}

function read(written: string, lines: readonly string[]) {
  const metrics = createLineMetrics(written);
  metrics.lines(lines);
  return { metrics: metrics.all(), remarks: metrics.remarks() };
}

describe('the values of a plain pattern', () => {
  it('are those that the matcher with linear time finds', () => {
    fc.assert(
      fc.property(
        pattern,
        fc.array(fc.oneof({ weight: 9, arbitrary: text }, long), { maxLength: 6 }),
        (written, lines) => {
          const other = `(?:${written}){1}`;

          expect(plainPattern(other)).toBeUndefined();
          expect(read(written, lines)).toEqual(read(other, lines));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('are found again in the lines that follow', () => {
    const lines = Array.from({ length: 300 }, (_, step) => `step ${step} loss=${step}, loss=${step}.5`);

    const { metrics } = read('(?<name>loss)=(?<value>[-0-9.e]+)', lines);

    expect(metrics[0]?.values.slice(0, 4)).toEqual([0, 0.5, 1, 1.5]);
    expect(metrics).toEqual(read('(?:(?<name>loss)=(?<value>[-0-9.e]+)){1}', lines).metrics);
  });

  it.each([
    ['.*aaaaaaaa(b)', 'a'],
    ['a+b', 'a'],
    ['(\\w+): *(\\S+) $', 'a: '],
    ['\\d+\\.(\\d+)x', '1.1'],
  ])('of %s take no long time in a line of its length', (written, part) => {
    const line = part.repeat(LONGEST_PLAIN).slice(0, LONGEST_PLAIN);

    expect(
      read(
        written,
        Array.from({ length: 1_000 }, () => line),
      ).metrics,
    ).toEqual([]);
  });
});
