import { describe, expect, it } from '@jest/globals';
import { pythonJson } from '../../../../src/recipe/dependencies/kind/python-json.ts';

describe('JSON as Python prints it', () => {
  it.each([
    [{ b: [1, 'x', null], a: { z: true } }, '{"a": {"z": true}, "b": [1, "x", null]}'],
    ['é\u007f\n"\u{1f600}', '"\\u00e9\\u007f\\n\\"\\ud83d\\ude00"'],
    [{ '\ufb01': 1, '\u{1f600}': 2 }, '{"\\ufb01": 1, "\\ud83d\\ude00": 2}'],
    [[], '[]'],
    [{}, '{}'],
  ])('%j', (value, expected) => {
    expect(pythonJson(value)).toBe(expected);
  });

  it('has other separators where a tool wants them', () => {
    expect(pythonJson({ a: [1, 2] }, [',', ':'])).toBe('{"a":[1,2]}');
  });

  it.each([[{ a: 1.5 }], [new Date(0)], [{ a: [undefined] }]])('is unknown for %p', (value) => {
    expect(pythonJson(value)).toBeUndefined();
  });
});
