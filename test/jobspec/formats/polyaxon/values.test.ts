import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../../../src/jobspec/formats/polyaxon/template/evaluate.ts';
import { parseExpression } from '../../../../src/jobspec/formats/polyaxon/template/expression.ts';
import { float, list, type PyValue, str } from '../../../../src/jobspec/formats/python/py-value.ts';
import { pythonLiteral } from '../../../../src/jobspec/formats/python/python-literal.ts';
import { floatText, pythonJson, pythonRepr } from '../../../../src/jobspec/formats/python/python-text.ts';
import { plainScalar } from '../../../../src/jobspec/formats/python/pyyaml-scalars.ts';

function shown(value: PyValue | undefined): string {
  return value === undefined ? 'none' : pythonRepr(value);
}

describe('a plain scalar', () => {
  it.each([
    ['yes', 'True'],
    ['Off', 'False'],
    ['y', "'y'"],
    ['n', "'n'"],
    ['~', 'None'],
    ['010', '8'],
    ['08', "'08'"],
    ['-0x1F', '-31'],
    ['0b101', '5'],
    ['0o17', "'0o17'"],
    ['1_000', '1000'],
    ['1:30', '90'],
    ['1:30.5', '90.5'],
    ['01:30', "'01:30'"],
    ['1e3', "'1e3'"],
    ['1e-3', "'1e-3'"],
    ['1.0e3', "'1.0e3'"],
    ['1.e+3', '1000.0'],
    ['.5', '0.5'],
    ['-.5', "'-.5'"],
    ['.inf', 'inf'],
    ['-.INF', '-inf'],
    ['.nan', 'nan'],
    ['2020-01-01', "'2020-01-01'"],
    ['3.10', '3.1'],
    ['12345678901234567890', '12345678901234567890'],
  ])('%s is %s to PyYAML', (text, value) => {
    expect(shown(plainScalar(text))).toBe(value);
  });
});

describe('a literal of Python', () => {
  it.each([
    ['1.50', '1.5'],
    ['1e-3', '0.001'],
    ['007', 'none'],
    ['00', '0'],
    ['1_000', '1000'],
    ['-1', '-1'],
    ['[1, 2,]', '[1, 2]'],
    ['[1,,2]', 'none'],
    ['1, 2', '(1, 2)'],
    ['(1)', '1'],
    ['(1,)', '(1,)'],
    ["{'a': [True, None]}", "{'a': [True, None]}"],
    ["'it\\'s'", '"it\'s"'],
    ['abc', 'none'],
    ['True', 'True'],
    ['Truely', 'none'],
    ['1 2', 'none'],
    ['1.2.3', 'none'],
    ['', 'none'],
  ])('%s is %s', (text, value) => {
    expect(shown(pythonLiteral(text))).toBe(value);
  });

  it('reads what Python prints', () => {
    const value = fc.letrec<{ value: PyValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ maxLength: 8 }).map(str),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
        fc.array(tie('value'), { maxLength: 3 }).map(list),
      ),
    })).value;

    fc.assert(
      fc.property(value, (one) => {
        expect(shown(pythonLiteral(pythonRepr(one)))).toBe(pythonRepr(one));
      }),
    );
  });
});

describe('a number', () => {
  it.each([
    [1, '1.0'],
    [-0, '-0.0'],
    [1e16, '1e+16'],
    [123456789012345.6, '123456789012345.6'],
    [9999999999999998, '9999999999999998.0'],
    [1e-4, '0.0001'],
    [1.5e-5, '1.5e-05'],
    [1e100, '1e+100'],
    [5e-324, '5e-324'],
    [Number.NaN, 'nan'],
    [-Infinity, '-inf'],
  ])('%d is printed %s', (value, text) => {
    expect(floatText(value)).toBe(text);
  });

  it('reads back as itself', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(Number(floatText(value)), value)).toBe(true);
      }),
    );
  });
});

describe('a text', () => {
  it.each([
    ["it's", '"it\'s"'],
    ['it\'s "it"', "'it\\'s \"it\"'"],
    ['a\nb\\', "'a\\nb\\\\'"],
    ['é\u00a0\u200b\u{1f600}', "'é\\xa0\\u200b😀'"],
  ])('%j is printed %s in a list', (text, printed) => {
    expect(pythonRepr(str(text))).toBe(printed);
  });

  it('is ASCII in JSON', () => {
    expect(pythonJson(list([str('é"'), float(1)]))).toBe('["\\u00e9\\"", 1.0]');
  });
});

describe('an expression', () => {
  const names = new Map<string, PyValue>([
    ['a', plainScalar('7')],
    ['f', plainScalar('2.0')],
    ['l', list([str('x'), str('y')])],
    ['d', { kind: 'dict', entries: [[str('k'), str('v')]] }],
  ]);

  it.each([
    ['a // 2', '3'],
    ['-a // 2', '-4'],
    ['-a % 3', '2'],
    ['a / 7', '1.0'],
    ['a * f + 1', '15.0'],
    ['(a + 1) * 2', '16'],
    ["'n' ~ a", "'n7'"],
    ['l[-1]', "'y'"],
    ['d.k', "'v'"],
    ['d["k"]|upper', "'V'"],
    ["l|join('-')", "'x-y'"],
    ['l|length > 1 and not false', 'True'],
    ["'x' in l", 'True'],
    ["'z' not in l", 'True'],
    ["'big' if a > 5 else 'small'", "'big'"],
    ['nothing|default(3)', '3'],
    ['d.nothing|d(1.5)', '1.5'],
    ['nothing is defined', 'False'],
    ['a is not none', 'True'],
    ["'3.7'|float|int", '3'],
    ['f|round(1)', '2.0'],
    ['a == 7.0', 'True'],
    ['[a, f]', '[7, 2.0]'],
  ])('%s is %s', (text, value) => {
    expect(shown(evaluate(parseExpression(text), { names }))).toBe(value);
  });

  it.each([
    ['a b', '"b" is not allowed there'],
    ['', 'there is nothing between the braces'],
    ['l.append(1)', 'functions cannot be called'],
    ['a ** 2', '"**" is not allowed there'],
    ['l|replace("", l)', undefined],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'it is nested too deeply'],
    ["a + 'x'", "7 and 'x' cannot be combined"],
  ])('%s: %s', (text, message) => {
    const read = () => evaluate(parseExpression(text), { names });

    if (message === undefined) expect(read).not.toThrow();
    else expect(read).toThrow(message);
  });
});
