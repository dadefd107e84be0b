import { describe, expect, it } from '@jest/globals';
import { readMetrics } from './read.ts';

type Values = Record<string, number[]>;

describe('a file of JSON', () => {
  it.each<[string, string, string, Values]>([
    [
      'an object',
      'metrics.json',
      '{"loss": 0.25, "eval": {"accuracy": 1e-1}, "name": "x"}',
      { loss: [0.25], 'eval.accuracy': [0.1] },
    ],
    ['courses', 'metrics.json', '{"loss": [3, 2, 1]}', { loss: [3, 2, 1] }],
    ['a list of rows', 'metrics.json', '[{"loss": 2}, {"loss": 1}]', { loss: [2, 1] }],
    [
      'a list over several lines',
      'metrics.json',
      '[\n  {\n    "loss": 2\n  },\n  {\n    "loss": 1\n  }\n]\n',
      { loss: [2, 1] },
    ],
    ['lines in a .json', 'metrics.json', '{"loss": 2}\n{"loss": 1}\n', { loss: [2, 1] }],
    [
      'JSON lines',
      'run.jsonl',
      '{"loss": 2, "step": 1}\n\n{"loss": 1, "step": 2}',
      { loss: [2, 1], step: [1, 2] },
    ],
    ['lines of Windows', 'run.jsonl', '{"loss": 2}\r\n{"loss": 1}\r\n', { loss: [2, 1] }],
    ['objects without anything between them', 'run.json', '{"loss": 2}{"loss": 1}', { loss: [2, 1] }],
    [
      'objects over several lines, appended',
      'run.json',
      '{\n "loss": 2\n}{\n "loss": 1\n}',
      { loss: [2, 1] },
    ],
    ['a byte order mark', 'metrics.json', '\ufeff{"loss": 0.5}', { loss: [0.5] }],
    [
      'names like ours',
      'metrics.json',
      '{"__proto__": 1, "constructor": 2, "": 4}',
      { ['__proto__']: [1], constructor: [2], value: [4] },
    ],
    [
      'brackets and quotes in a text',
      'metrics.jsonl',
      '{"a": "}{\\"[", "loss": 1}\n{"b": "\\\\", "loss": 2}',
      { loss: [1, 2] },
    ],
    ['a bare number', 'metrics.json', '0.5', { value: [0.5] }],
    [
      'null for what was not measured',
      'metrics.jsonl',
      '{"loss": 1, "val": 3}\n{"loss": 2, "val": null}',
      { loss: [1, 2], val: [3] },
    ],
  ])('is read: %s', (_, path, text, expected) => {
    const { values, findings } = readMetrics(text, path);

    expect(values).toEqual(expected);
    expect(findings).toEqual([]);
  });

  it.each(['utf-16le', 'utf-16be'])('is read in %s, as PowerShell writes it', (encoding) => {
    const bytes = Buffer.from('\ufeff{"loss": 0.5}\r\n', 'utf16le');
    const file = encoding === 'utf-16le' ? bytes : bytes.swap16();

    expect(readMetrics(file, 'metrics.json', 1).values).toEqual({ loss: [0.5] });
  });

  it("ends in what was measured last, in Python's own words too", () => {
    const { values, findings } = readMetrics(
      '{"a": 1, "b": 2, "NaN": 1, "c": "NaN"}\n{"a": NaN, "b": -Infinity}',
      'm.jsonl',
    );

    expect(values).toEqual({ a: [1, Number.NaN], b: [2, Number.NEGATIVE_INFINITY], NaN: [1] });
    expect(findings).toEqual([
      {
        level: 'notice',
        code: 'metrics',
        message:
          'the last value of "a" and 1 more in the metrics file "m.jsonl" is not a finite number: in JSON it is null',
      },
    ]);
  });

  it.each<[string, string, Values, string]>([
    ['a torn last line', '{"loss": 2}\n{"lo', { loss: [2] }, 'line 2: it is incomplete'],
    ['a torn number at the end', '{"loss": 2}\n{"loss": 1', { loss: [2] }, 'line 2: it is incomplete'],
    [
      'a torn line among others',
      '{"loss": 3}\n{"lo\n{"loss": 1}\n',
      { loss: [3, 1] },
      'line 2: it is incomplete',
    ],
    [
      'a line that ends behind a comma',
      '{"loss": 3,\n{"loss": 2}\n{"loss": 1}',
      { loss: [2, 1] },
      'line 1: it is incomplete',
    ],
    [
      'a list of numbers that has no end',
      '{"x": [1,\n{"x": 2}\n{"x": 3}',
      { x: [2, 3] },
      'line 1: it is incomplete',
    ],
    [
      'two torn lines',
      '{"loss": 3}\n{"a": "\n{"b": "\n{"loss": 1}\n',
      { loss: [3, 1] },
      'line 2: it is incomplete; and 1 more',
    ],
    ['what another program printed', 'Epoch 1\n{"loss": 1}\n', { loss: [1] }, 'line 1: it is not valid JSON'],
    [
      'a list without its end',
      '[\n{"loss": 2},\n{"loss": 1},\n',
      { loss: [2, 1] },
      'line 3: the list ends without its "]"',
    ],
    ['a bracket too many', '{"loss": 2}}\n{"loss": 1}\n', { loss: [2, 1] }, 'line 1: it is not valid JSON'],
    [
      'too many levels',
      '{"loss": 1, "a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}',
      { loss: [1] },
      'values nested deeper than 4 levels are left out: in "a.b.c.d.e"',
    ],
    [
      'a name that nobody can read',
      '{"loss": 1, "a\\nb": 3}',
      { loss: [1] },
      'names of more than 100 characters, or with control characters, are left out: "a\\nb"',
    ],
    [
      'a name that turns the text behind it',
      '{"loss": 1, "a\\u202eb": 3}',
      { loss: [1] },
      'names of more than 100 characters, or with control characters, are left out: "a\u202eb"',
    ],
  ])('loses nothing but %s, and says so', (_, text, expected, why) => {
    const { values, findings } = readMetrics(text, 'run.jsonl');

    expect(values).toEqual(expected);
    expect(findings).toEqual([
      {
        level: 'warning',
        code: 'metrics',
        message: `the metrics file "run.jsonl" was not read completely: ${why}`,
        hint: 'the last values are those of the lines that were read',
      },
    ]);
  });

  it.each([
    ['in an object of several lines', (text: string) => `{"loss": 1,\n"image": "${text}"}`],
    ['beside what JSON has no word for', (text: string) => `{"loss": 1, "x": NaN, "image": "${text}"}`],
    ['in a list', (text: string) => `[{"loss": 1, "image": "${text}"}]`],
  ])('reads past a text of megabytes %s', (_, around) => {
    const { values } = readMetrics(around(`${'A'.repeat(70)}\\n`.repeat(150_000)), 'metrics.json');

    expect(values['loss']).toEqual([1]);
  });

  it.each([
    ['another format', 'loss: 1\nacc: 2\n', 'line 1: it is not valid JSON; and 1 more'],
    ["Python's own dictionary", "{'loss': 1}\n", 'line 1: it is not valid JSON'],
    ['no number', '{"name": "x"}', ''],
    ['nothing', '', ''],
  ])('with %s is told', (_, text, why) => {
    const { values, findings } = readMetrics(text, 'metrics.json');

    expect(values).toEqual({});
    expect(findings).toEqual([
      {
        level: 'warning',
        code: 'metrics',
        message: `no number was read from the metrics file "metrics.json"${why === '' ? '' : `: ${why}`}`,
        hint: 'write JSON, JSON lines (.jsonl), or CSV with a header (.csv)',
      },
    ]);
  });

  it('in which no value ever ends is given up line by line', () => {
    const torn = '{"x": [1,\n'.repeat(50_000);

    const { values, told } = readMetrics(`${torn}{"x": 1}\n`, 'run.jsonl');

    expect(values).toEqual({ x: [1] });
    expect(told).toEqual([
      expect.stringMatching(/line 1: it is nested deeper than 1000 levels; and 49999 more$/),
    ]);
  });

  it('keeps the shape and the end of a long course', () => {
    const rows = Array.from({ length: 12_345 }, (_, index) => `{"loss":${index}}`).join('\n');

    const [metric] = readMetrics(rows, 'x.jsonl').metrics;

    expect(metric?.values.length).toBeLessThanOrEqual(1_000);
    expect(metric?.values.length).toBeGreaterThan(500);
    expect(metric?.values[0]).toBe(0);
    expect(metric?.values.at(-1)).toBe(12_344);
    expect([...(metric?.values ?? [])].sort((a, b) => a - b)).toEqual(metric?.values);
  });

  it('of more than 16 MiB ends in its last line', () => {
    const rows = `{"loss": 1, "text": "${'x'.repeat(1_000)}"}\n`.repeat(20_000);

    expect(readMetrics(`${rows}{"loss": 0.5}\n`, 'x.jsonl').metrics[0]?.values.at(-1)).toBe(0.5);
  });

  it('has at most 100 metrics, and says which it left out', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`m${index}`, index]));

    const { metrics, told } = readMetrics(JSON.stringify(many), 'metrics.json');

    expect(metrics).toHaveLength(100);
    expect(told[0]).toMatch(/the first 100 are kept; left out: "m100" and 899 more$/);
  });
});
