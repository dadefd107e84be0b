import { describe, expect, it } from '@jest/globals';
import { hasher, isDigest, sha256 } from '../../src/oci/digest.ts';

const OF_ABC = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('sha256', () => {
  it('is the same for a text, its bytes and its pieces', () => {
    const pieces = hasher();
    pieces.update(Buffer.from('a'));
    pieces.update(Buffer.from('bc'));

    expect([sha256('abc'), sha256(Buffer.from('abc')), pieces.digest()]).toEqual([OF_ABC, OF_ABC, OF_ABC]);
  });
});

describe('isDigest', () => {
  it.each([
    [OF_ABC, true],
    [OF_ABC.toUpperCase(), false],
    [`${OF_ABC}\n`, false],
    [`x${OF_ABC}`, false],
    [`${OF_ABC}0`, false],
    ['sha256:ba78', false],
    ['sha512:ba78', false],
    [undefined, false],
    [[OF_ABC], false],
  ])('of %j is %p', (value, expected) => {
    expect(isDigest(value)).toBe(expected);
  });
});
