import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, idOf } from '../../src/oci/canonical.ts';

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ b: undefined, a: 1 }, '{"a":1}'],
    [
      new Map([
        ['z', 1],
        ['a', 2],
      ]),
      '{"a":2,"z":1}',
    ],
    [{ ä: 1, z: 2, Z: 3, '\u{1f600}': 4, '\uffff': 5 }, '{"Z":3,"z":2,"ä":1,"😀":4,"\uffff":5}'],
    [['ä\ud800', true, '"'], '["ä\\ud800",true,"\\""]'],
    [['a', true, { b: [], a: ['c', 1] }], '["a",true,{"a":["c",1],"b":[]}]'],
    [-0, '0'],
    ['é\n\u2028', '"é\\n\u2028"'],
  ])('writes %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([
    [undefined],
    [[undefined]],
    [Number.NaN],
    [{ a: Number.POSITIVE_INFINITY }],
    [1n],
    [new Date(0)],
    [new Map([[1, 2]])],
    [() => 1],
  ])('refuses what JSON cannot say: %p', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('says what it refuses', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow('canonical JSON cannot say NaN');
    expect(() => canonicalJson(new Map([[1, 2]]))).toThrow('canonical JSON has text keys only, not number');
  });

  it('takes an object without a prototype for one', () => {
    expect(canonicalJson(Object.assign(Object.create(null), { b: 1, a: false }))).toBe('{"a":false,"b":1}');
  });

  it('reads back as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), fc.infiniteStream(fc.nat()), (value, random) => {
        const shuffled = Object.entries(value)
          .map((entry) => [random.next().value ?? 0, entry] as const)
          .sort(([a], [b]) => a - b)
          .map(([, entry]) => entry);

        expect(idOf(Object.fromEntries(shuffled))).toBe(idOf(value));
        expect(idOf(new Map(shuffled))).toBe(idOf(value));
      }),
    );
  });

  it('changes with every change', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same =
          JSON.stringify(JSON.parse(canonicalJson(a))) === JSON.stringify(JSON.parse(canonicalJson(b)));

        expect(idOf(a) === idOf(b)).toBe(same);
      }),
    );
  });
});
