import { describe, expect, it } from '@jest/globals';
import { compilePattern, createLineMetrics, type LineMetrics } from '../../../src/run/lines/metrics.ts';

/** Without the course's last value that is not a number. */
function lasting(metrics: LineMetrics) {
  return metrics.all().map(({ name, values }) => ({ name, values: values.filter(Number.isFinite) }));
}

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
    metrics.lines(['start', 'step 1 loss=0.5 lr=1e-4', 'step 2 loss=0.25 lr=1e-4', 'loss=nan lr=x']);

    expect(lasting(metrics)).toEqual(Object.entries(expected).map(([name, values]) => ({ name, values })));
  });

  it.each<[string, string, readonly string[], Record<string, number[]>, readonly string[]]>([
    [
      'several in one line',
      '(?<name>loss|acc)=(?<value>\\S+)',
      ['loss=0.5, acc=0.9'],
      { loss: [0.5], acc: [0.9] },
      [],
    ],
    [
      'the last state of a line that another process wrote into',
      '(loss)=([-0-9.e]+)',
      ['loss=0.5loss=0.4'],
      { loss: [0.5, 0.4] },
      [],
    ],
    [
      'a value that is not a number in the end',
      'loss=(\\S+)',
      ['loss=0.5', 'loss=nan'],
      { value: [0.5, Number.NaN] },
      [],
    ],
    ['a line of 16,000 characters', 'loss=(\\S+)', [`${'x'.repeat(16_000)} loss=0.5`], { value: [0.5] }, []],
    ['no line', 'loss=(\\S+)', ['Loss: 0.5'], {}, ['it matched no line of the log']],
    [
      'a value with a unit',
      '(?<name>loss|acc)=(?<value>\\S+)',
      ['loss=0.5 acc=50%', 'acc=60%'],
      { loss: [0.5] },
      ['"acc: 50%" is not a number, and 1 more'],
    ],
  ])('read %s', (_, pattern, lines, expected, remarks) => {
    const metrics = createLineMetrics(pattern);
    metrics.lines(lines);

    expect(metrics.all()).toEqual(Object.entries(expected).map(([name, values]) => ({ name, values })));
    expect(metrics.remarks()).toEqual(remarks);
  });

  it('say from where on they were not read any more', () => {
    let time = 0;
    const metrics = createLineMetrics('loss=(\\S+)', () => (time += 20_000));
    for (const line of ['loss=3', 'loss=2', 'loss=1', 'loss=0']) metrics.lines([line]);

    expect(metrics.all()).toEqual([{ name: 'value', values: [3, 2] }]);
    expect(metrics.remarks()).toEqual(['it took 30 s, and the last 2 lines were not read']);
  });

  it.each([
    ['(a)\\1', 'it uses a backreference'],
    ['(?<x>a)\\k<x>', 'it uses a backreference'],
    ['a(?=b)', 'it uses lookahead or lookbehind'],
    ['(?<!a)b', 'it uses lookahead or lookbehind'],
    ['(', 'it is not a regular expression'],
    ['x'.repeat(501), 'it is longer than 500 characters'],
    ['a{1001}', '"{1001}" is not supported by RE2'],
    ['\\p{Script=Greek}', '"\\p{Script=Greek}" is not supported by RE2'],
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

      for (let line = 0; line < 20; line++) metrics.lines(['a'.repeat(1_000)]);

      expect(metrics.all()).toEqual([]);
    },
  );
});
