import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, createLineMetrics } from '../../src/run/line-metrics.ts';
import { parseMetrics } from '../../src/run/metrics.ts';

describe('a file of metrics', () => {
  it.each<[string, string, string, Record<string, number[]>]>([
    [
      'an object',
      'metrics.json',
      '{"loss": 0.25, "eval": {"accuracy": 1e-1}, "name": "x"}',
      { loss: [0.25], 'eval.accuracy': [0.1] },
    ],
    ['courses', 'metrics.json', '{"loss": [3, 2, 1]}', { loss: [3, 2, 1] }],
    ['a list of rows', 'metrics.json', '[{"loss": 2}, {"loss": 1}]', { loss: [2, 1] }],
    ['lines in a .json', 'metrics.json', '{"loss": 2}\n{"loss": 1}\n', { loss: [2, 1] }],
    [
      'JSON lines',
      'run.jsonl',
      '{"loss": 2, "step": 1}\n\n{"loss": 1, "step": 2}',
      { loss: [2, 1], step: [1, 2] },
    ],
    ['JSON lines that end in the middle', 'run.jsonl', '{"loss": 2}\n{"lo', { loss: [2] }],
    [
      "Python's own words",
      'metrics.json',
      '{"a": NaN, "b": -Infinity, "NaN": 1, "c": 1e999, "d": "NaN"}',
      { NaN: [1] },
    ],
    [
      'CSV',
      'log.csv',
      'step,"loss, train"\n1,0.5\n2,\n3,0.25\r\n',
      { step: [1, 2, 3], 'loss, train': [0.5, 0.25] },
    ],
    [
      'names like ours',
      'metrics.json',
      '{"__proto__": 1, "constructor": 2, "a\\nb": 3, "": 4}',
      { ['__proto__']: [1], constructor: [2], value: [4] },
    ],
    ['a bare number', 'metrics.json', '0.5', { value: [0.5] }],
  ])('is read: %s', (_, path, text, expected) => {
    const metrics = parseMetrics(text, path);

    expect(metrics).toEqual(Object.entries(expected).map(([name, values]) => ({ name, values })));
  });

  it('is an error in words when it cannot be read', () => {
    expect(() => parseMetrics('loss: 1', 'metrics.json')).toThrow(
      'the metrics file "metrics.json" cannot be read',
    );
  });

  it('keeps the shape and the end of a long course', () => {
    const rows = Array.from({ length: 12_345 }, (_, index) => `{"loss":${index}}`).join('\n');

    const [metric] = parseMetrics(rows, 'x.jsonl');

    expect(metric?.values.length).toBeLessThanOrEqual(1_000);
    expect(metric?.values.length).toBeGreaterThan(500);
    expect(metric?.values[0]).toBe(0);
    expect(metric?.values.at(-1)).toBe(12_344);
    expect([...(metric?.values ?? [])].sort((a, b) => a - b)).toEqual(metric?.values);
  });

  it('stays within its limits, whatever the job wrote', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.array(fc.double()))), (value) => {
        const metrics = parseMetrics(JSON.stringify(value), 'metrics.json');

        expect(metrics.length).toBeLessThanOrEqual(100);
        expect(metrics.flatMap(({ values }) => values).every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('has at most 100 metrics', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`m${index}`, index]));

    expect(parseMetrics(JSON.stringify(many), 'metrics.json')).toHaveLength(100);
  });
});

describe('metrics in the output', () => {
  it.each<[string, string, Record<string, number[]>]>([
    ['a name and a value', '(?<name>loss|acc)=(?<value>[-0-9.e]+)', { loss: [0.5, 0.25] }],
    [
      'named groups',
      'loss=(?<train_loss>\\S+) lr=(?<lr>\\S+)',
      { train_loss: [0.5, 0.25], lr: [0.0001, 0.0001] },
    ],
    ['two groups', '(loss)=(\\S+)', { loss: [0.5, 0.25] }],
    ['one group', 'loss=(\\S+)', { value: [0.5, 0.25] }],
  ])('are read by %s', (_, pattern, expected) => {
    const metrics = createLineMetrics(pattern);
    for (const line of ['start', 'step 1 loss=0.5 lr=1e-4', 'step 2 loss=0.25 lr=1e-4', 'loss=nan lr=x'])
      metrics.line(line);

    expect(metrics.all()).toEqual(Object.entries(expected).map(([name, values]) => ({ name, values })));
  });

  it.each([
    ['(a)\\1', 'it refers back to a group'],
    ['(?<x>a)\\k<x>', 'it refers back to a group'],
    ['a(?=b)', 'it looks ahead or behind'],
    ['(?<!a)b', 'it looks ahead or behind'],
    ['(', 'it is not a regular expression'],
    ['x'.repeat(501), 'it is longer than 500 characters'],
    ['a{1001}', '"{1001}" is nothing that RE2 has'],
    ['\\p{Script=Greek}', '"\\p{Script=Greek}" is nothing that RE2 has'],
  ])('refuse the pattern %s', (pattern, why) => {
    expect(() => compilePattern(pattern)).toThrow(`of "metrics" cannot be used: ${why}`);
  });

  it.each([
    ['loss=([-0-9.e]+)', 'loss=1'],
    ['\\[(\\d+)\\] (a|b) x', '[1] a x'],
    ['(?:step )?(\\d+)', 'step 1'],
    ['[(+*]+x', '(x'],
    ['[(?=]\\(?=', '?(='],
    ['(\\w+\\s?)*!', 'a b!'],
    ['\\u{1F600}(\\d)', '😀1'],
  ])('take the pattern %s', (pattern, line) => {
    expect(compilePattern(pattern).test(line)).toBe(true);
  });

  it.each(['a*a*a*a*a*(?<value>b)', '(a+)+(b)', '(a|a)*(b)', '(?<x>a*){2,}b', '(\\w+\\s?)*!'])(
    'take no more steps for %s than its line has characters',
    (pattern) => {
      const metrics = createLineMetrics(pattern);

      for (let line = 0; line < 20; line++) metrics.line('a'.repeat(1_000));

      expect(metrics.all()).toEqual([]);
    },
  );
});
