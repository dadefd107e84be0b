import { describe, expect, it } from '@jest/globals';
import { plain } from '../../../src/jobspec/yaml/node.ts';
import { parseYaml } from '../../../src/jobspec/yaml/yaml.ts';
import { findingsOf, linesOf } from '../read.ts';

function problems(text: string): readonly string[] {
  return linesOf(findingsOf(() => parseYaml(text, 'jobimg.yml')));
}

describe('what is written', () => {
  it.each([
    ['3.10', '3.10'],
    ['1e-4', '1e-4'],
    ['010', '010'],
    ['0x1F', '0x1F'],
    ['1_000', '1_000'],
    ['True', 'True'],
    ['yes', 'yes'],
    ['.inf', '.inf'],
    ['2026-01-01', '2026-01-01'],
    ['"3.10"', '3.10'],
    ["'it''s'", "it's"],
    ['"a\\tb"', 'a\tb'],
    ['|\n  a\n  b\n', 'a\nb\n'],
    ['>-\n  a\n  b\n', 'a b'],
    ['!!str 3.10', '3.10'],
    ['""', ''],
  ])('keeps %j as its text', (written, text) => {
    expect(plain(parseYaml(`a: ${written}`, 'x'))).toEqual({ a: text });
  });

  it.each([
    ['3', 'int'],
    ['-3', 'int'],
    ['0x1F', 'int'],
    ['1e3', 'float'],
    ['1.0', 'float'],
    ['true', 'bool'],
    ['yes', 'string'],
    ['"3"', 'string'],
    ['3 4', 'string'],
  ])('knows what %s would be', (written, type) => {
    expect(parseYaml(written, 'x')).toMatchObject({ kind: 'text', type });
  });

  it('gives objects that inherit nothing', () => {
    const value = plain(parseYaml('a: { constructor: 1 }', 'x')) as { a: object };

    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.getPrototypeOf(value.a)).toBeNull();
    expect(value).toEqual({ a: { constructor: '1' } });
  });

  it('follows aliases', () => {
    expect(plain(parseYaml('a: &x [1]\nb: *x', 'x'))).toEqual({ a: ['1'], b: ['1'] });
  });

  it('reads an empty file as nothing', () => {
    expect(parseYaml('# nothing\n', 'x').kind).toBe('null');
  });

  it('accepts a byte order mark and line ends of Windows', () => {
    expect(plain(parseYaml('\uFEFFa: 1\r\nb: |\r\n  x\r\n  y\r\n', 'x'))).toEqual({ a: '1', b: 'x\ny\n' });
  });
});

const deepBlocks = Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
const deepQuoted = Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}"a":`).join('\n');
const laughs = [
  'a: &a [x,x,x,x,x,x,x,x]',
  ...[...'bcdefg'].map((key, index) => {
    const above = `*${'abcdefg'[index]}`;
    return `${key}: &${key} [${Array(8).fill(above).join(',')}]`;
  }),
].join('\n');

describe('what is refused', () => {
  it.each([
    ['a billion laughs', laughs, '1:18 more than 10000 values once the aliases are followed'],
    ['many aliases', `a: &a 1\n${'b: *a\n'.repeat(60)}`, '52:4 more than 50 aliases'],
    ['an alias of itself', 'a: &a [*a]', '1:7 more than 32 levels deep'],
    ['brackets', '['.repeat(9000), '1:33 more than 32 levels deep'],
    ['braces', '{a: '.repeat(9000), '1:129 more than 32 levels deep'],
    ['dashes', '- '.repeat(20_000), '1:65 more than 32 levels deep'],
    ['question marks', '? '.repeat(20_000), '1:65 more than 32 levels deep'],
    ['deep blocks', deepBlocks, '33:33 more than 32 levels deep'],
    ['deep quoted blocks', deepQuoted, '33:33 more than 32 levels deep'],
    [
      '40,000 keys',
      Array.from({ length: 40_000 }, (_, n) => `k${n}:`).join('\n'),
      '1:1 the file is larger than 64 KiB',
    ],
    [
      '9,000 keys',
      Array.from({ length: 9000 }, (_, n) => `k${n}:`).join('\n'),
      '3750:7 more values than any spec needs',
    ],
    ['a long list', `a: [${'b,'.repeat(30_000)}]`, '1:10001 more values than any spec needs'],
    ['a large text', `a: ${'é'.repeat(40_000)}`, '1:1 the file is larger than 64 KiB'],
    ['a NUL', 'a: 1\nb: x\0y', '2:5 a NUL character'],
    ['a tag of code', 'a: !!js/function x', '1:4 the tag "!!js/function" is not allowed here'],
    ['an own tag', 'a: !Ref x', '1:4 the tag "!Ref" is not allowed here'],
    ['another version', '%YAML 1.1\n---\na: 1', '1:1 the directive "%YAML 1.1" is not allowed here'],
    [
      'a tag handle',
      '%TAG ! tag:x,2000:\n---\na: 1',
      '1:1 the directive "%TAG ! tag:x,2000:" is not allowed here',
    ],
    ['two documents', 'a: 1\n---\nb: 2', '2:1 a second YAML document'],
    ['a key twice', 'a: 1\nb: 2\na: 3', '3:1 "a" is defined twice, first in line 1'],
    ['a key twice, once quoted', 'a: 1\n"a": 2', '2:1 "a" is defined twice, first in line 1'],
    ['a prototype', 'a:\n  __proto__: { b: 1 }', '2:3 a key "__proto__"'],
    ['a quoted prototype', '"__proto__": 1', '1:1 a key "__proto__"'],
    ['a list as key', '? [a]\n: b', '1:3 a key that is not text'],
    ['an unknown alias', 'a: *b', '1:4 the alias "*b" refers to nothing'],
    ['an open quote', "a: 'x\nb: 1\n", '1:4 the YAML cannot be read: the quote that begins here has no end'],
    [
      'an open list',
      'a: [x',
      '1:6 the YAML cannot be read: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a tab', 'a:\n\t- b', '2:1 the YAML cannot be read: tabs are not allowed as indentation'],
  ])('%s', (_, text, first) => {
    const [problem] = problems(text);

    expect(problem).toBe(first);
  });

  it('does not change what objects inherit', () => {
    problems('__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }');

    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });

  it('tells all problems of one kind at once', () => {
    expect(problems('a: 1\na: 2\nb: 3\nb: 4')).toHaveLength(2);
  });

  it.each([[31], [32]])('accepts %i levels', (levels) => {
    expect(problems(`${'['.repeat(levels)}${']'.repeat(levels)}`)).toEqual([]);
  });
});
