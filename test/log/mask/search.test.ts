import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSearch } from '../../../src/log/mask/search.ts';
import type { Reading } from '../../../src/log/mask/unseen.ts';
import { viewOf } from '../../../src/log/mask/view.ts';

const ESC = '\u001b';
const PIECES = [
  ...['secret', 'sec', 'ret', 'é-key', 'a', ' ', '\t', '\n', '\r\n', '\b', '\u007f', '\u0000'],
  ...[
    'é',
    'ß',
    '▇',
    '😀',
    '\u00ad',
    '\u0085',
    '\u009b1m',
    '\u2028',
    '\u200b',
    '\ufeff',
    '\u{1d173}',
    '\u034f',
  ],
  ...[`${ESC}[32m`, `${ESC}[`, `${ESC}]0;`, '\u0007', ESC, `${ESC}\\`, `${ESC}(B`, '\u009d', '\u009c'],
];
/** Pieces, and whatever is left when a character is cut. */
const composed = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...PIECES).map((piece) => Buffer.from(piece)) },
      fc.uint8Array({ maxLength: 2 }),
    ),
    {
      maxLength: 20,
    },
  )
  .map((pieces) => Buffer.concat(pieces));

it('is asked for by beginnings: they may be there exactly where the view of the bytes has one', () => {
  const values = ['secret', 'é-key', '[32msec'].map((value) => Buffer.from(value));
  const search = createSearch(values);
  const readings: readonly Reading[] = [
    { escapes: 'hidden', tags: 'hidden' },
    { escapes: 'read', tags: 'hidden' },
  ];

  fc.assert(
    fc.property(composed, fc.constantFrom(...readings), (raw, reading) => {
      const view = Buffer.from(viewOf(raw, reading).bytes);
      const isThere = values.some((value) => view.includes(value.subarray(0, 4)));

      expect(search.mayHold(raw, reading)).toBe(isThere);
    }),
    { numRuns: 5_000 },
  );
});
