import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzRuns } from '../../jobspec/fuzz-runs.ts';
import { readMetrics } from './read.ts';

const PATHS = fc.constantFrom('m.csv', 'm.tsv', 'm.json', 'm.jsonl');
const PIECE = fc.integer({ min: 1, max: 40 });

/** Whatever is in the file: metrics within their limits, few findings, and the same however the bytes were cut. */
function check(content: string | Uint8Array, path: string, piece: number): void {
  const whole = readMetrics(content, path);
  const cut = readMetrics(content, path, piece);

  expect(cut).toEqual(whole);
  expect(whole.metrics.length).toBeLessThanOrEqual(100);
  expect(whole.metrics.every(({ values }) => values.length > 0 && values.length <= 1_000)).toBe(true);
  expect(whole.findings.length).toBeLessThanOrEqual(6);
  expect(whole.metrics.length > 0 || whole.findings.length === 1).toBe(true);
}

const WORDS = [
  ...['step', 'loss', 'a b', '1', '0.5', '-1e-3', 'nan', 'NaN', '-Infinity', 'null', 'None', '0,5', 'true'],
  ...[',', ';', '\t', '|', '"', '""', "'", '\n', '\r\n', '\r', ' ', '#', 'sep=;', '\ufeff', '\\', '\\"'],
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    '"loss"',
    '"loss":',
    '{"loss": 1}',
    '{"loss": 1}\n',
    '{"lo',
    'step,loss\n',
    '1,2\n',
  ],
];
const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join(''));

const cell = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constantFrom('', 'ok', 'a "quoted" word', 'a, b', 'two\nlines', '5" wide', '# no comment'),
);

/** As Python's csv module writes it. */
function csv(rows: readonly (readonly (string | number)[])[], end: string): string {
  const quoted = (value: string | number): string =>
    /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return rows.map((row) => row.map(quoted).join(',') + end).join('');
}

const table = fc.array(fc.tuple(fc.nat(), cell, fc.double({ noDefaultInfinity: true, noNaN: true })), {
  minLength: 1,
  maxLength: 12,
});
const end = fc.constantFrom('\n', '\r\n');

describe('whatever a job wrote for metrics', () => {
  it('as bytes, is metrics or findings', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), PATHS, PIECE, check), {
      numRuns: fuzzRuns(500, 5),
    });
  });

  it('as pieces of its formats, is metrics or findings', () => {
    fc.assert(fc.property(text, PATHS, PIECE, check), { numRuns: fuzzRuns(500, 5) });
  });

  it('as a table that a library wrote, is read whole', () => {
    fc.assert(
      fc.property(table, end, PIECE, (rows, lineEnd, piece) => {
        const written = csv([['step', 'note', 'last'], ...rows], lineEnd);

        const { values } = readMetrics(written, 'm.csv', piece);

        expect(values['step']).toEqual(rows.map(([step]) => step));
        expect(values['last']).toEqual(rows.map((row) => Number(String(row[2]))));
      }),
      { numRuns: fuzzRuns(500, 5) },
    );
  });

  it('with one line spoiled, keeps every other line of a table', () => {
    const spoiled = fc.constantFrom('x"y', '"open', '1,2,3,4,5', 'Epoch 1/3 "', ',"', '\u0000');

    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 2, maxLength: 12 }),
        spoiled,
        fc.nat(),
        (steps, line, at) => {
          const rows = steps.map((step) => `${step},0.5`);
          const place = at % rows.length;
          rows[place] = line;

          const { values } = readMetrics(`step,loss\n${rows.join('\n')}\n`, 'm.csv');

          const others = steps.filter((_, index) => index !== place);
          expect((values['step'] ?? []).filter((step) => others.includes(step))).toEqual(
            expect.arrayContaining(others),
          );
          expect(values['loss']?.length).toBeGreaterThanOrEqual(others.length);
        },
      ),
      { numRuns: fuzzRuns(500, 5) },
    );
  });

  it('as JSON lines of which some were cut, loses only these', () => {
    const row = fc.record({
      line: fc.nat({ max: 1_000 }),
      cut: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 4 }),
    });

    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), PIECE, (rows, piece) => {
        const lines = rows.map(({ line, cut }) =>
          JSON.stringify({ line, more: { x: [1, '"}'] } }).slice(0, -(cut ?? 0) || undefined),
        );

        const { values, findings } = readMetrics(`${lines.join('\n')}\n`, 'm.jsonl', piece);

        const whole = rows.filter(({ cut }) => cut === null).map(({ line }) => line);
        expect(values['line'] ?? []).toEqual(whole);
        expect(findings.length > 0).toBe(whole.length < rows.length);
      }),
      { numRuns: fuzzRuns(500, 5) },
    );
  });
});
