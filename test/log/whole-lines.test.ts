import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCleaner } from '../../src/log/log.ts';
import { createMasker } from '../../src/log/mask/masker.ts';
import { showWholeLines } from '../../src/log/whole-lines.ts';

const ESC = '\u001b';

describe('whole lines', () => {
  it.each([
    ['plain', 'a  b\tc\n\nd\n', ['a  b\tc', '', 'd']],
    ['coloured', `${ESC}[1;32mok${ESC}[0m ${ESC}[mdone\n`, ['ok done']],
    ['in any language', 'größe ▇▇▁ 😀 漢字\n', ['größe ▇▇▁ 😀 漢字']],
    [
      'with markers of commands',
      `${ESC}[0m::set-output::a\nstd::b ##[group]\n`,
      [': :set-output::a', 'std::b # #[group]'],
    ],
  ])('are read together where they are %s', (_, text, lines) => {
    expect(showWholeLines(text)).toEqual(lines);
  });

  it.each([
    ['ends in CR', 'a\rb\n'],
    ['goes up', `a${ESC}[A\n`],
    ['has a title', `${ESC}]0;a\u0007b\n`],
    ['ends within a colour', `${ESC}[3\n`],
    ['has a backspace', 'a\bb\n'],
    ['has a separator', 'a\u2028b\n'],
    ['has a C1 sequence', '\u009b31ma\n'],
    ['has what nobody sees', 'a\u200bb\n'],
    ['has what nobody sees beyond 16 bits', 'a\u{e0041}b\n'],
    ['is too long', `${'a'.repeat(20_000)}\n`],
  ])('are left to be read one by one where one %s', (_, text) => {
    expect(showWholeLines(`before\n${text}after\n`)).toBeUndefined();
  });
});

const SECRETS = ['hf_S3cret+/value', 'key one\n  line two of it', 'größe-7'];
const WORDS = [
  ...[
    'step 12',
    'loss',
    '0.5',
    ' ',
    '  ',
    '\t',
    '::',
    ':',
    '##[',
    '#',
    'std::vector',
    'größe',
    '▇▇▁',
    '😀',
    'x'.repeat(300),
  ],
  ...[`${ESC}[32m`, `${ESC}[1;31m`, `${ESC}[0m`, `${ESC}[m`, `${ESC}[K`],
];
const PARTS = [
  ...SECRETS,
  ...[
    'hf_S3',
    `hf_S${ESC}[1m3cret+/value`,
    'cret+/value',
    'key one',
    '  line two',
    'indented-secret',
    'größe',
  ],
  ...[
    '\r',
    '\r\n',
    '\b\b\b',
    `${ESC}[A`,
    `${ESC}]0;t\u0007`,
    '\u200b',
    '\u2028',
    `${ESC}[`,
    'y'.repeat(17_000),
  ],
];
/** Most lines are ordinary, so that often all of them are read together. */
const line = fc
  .array(
    fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(...WORDS) },
      { weight: 1, arbitrary: fc.constantFrom(...PARTS) },
      { weight: 2, arbitrary: fc.constantFrom('\r', `${ESC}[A`) },
    ),
    { maxLength: 6 },
  )
  .map((words) => `${words.join('')}\n`);

const masker = createMasker(SECRETS);

/** What is shown, and what is kept. */
function pass(read: readonly Uint8Array[]) {
  const kept: Uint8Array[] = [];
  const cleaner = createCleaner({
    masker,
    keep: (bytes) => void kept.push(Buffer.from(bytes)),
    now: () => 0,
  });
  const lines = read.flatMap((piece) => cleaner.push(piece));
  return { lines: [...lines, ...cleaner.end()], kept: Buffer.concat(kept).toString('latin1') };
}

it('lines behind a bar whose state waits are read one by one', () => {
  const up = `${ESC}[A\n`;

  expect(pass([`a${up}`, `b${up}c${up}   \nd\n`].map((text) => Buffer.from(text))).lines).toEqual([
    'a',
    'c',
    'd',
  ]);
  expect(pass([`a${up}`, `b${up}`, `c${up}   \nd\n`].map((text) => Buffer.from(text))).lines).toEqual([
    'a',
    'c',
    'd',
  ]);
});

function pieces(bytes: Buffer, cuts: readonly number[]): readonly Uint8Array[] {
  const ends = [...cuts, bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

it('lines that are read together are those that are read one by one', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 3 }), (lines, places) => {
      const bytes = Buffer.from(lines.join(''));
      const cuts = places.map((place) => place % (bytes.length + 1));
      const ends = [...bytes.keys()].filter((place) => bytes[place - 1] === 0x0a);

      expect(pass(pieces(bytes, cuts))).toEqual(pass(pieces(bytes, [...cuts, ...ends])));
    }),
    { numRuns: 1_000 },
  );
});
