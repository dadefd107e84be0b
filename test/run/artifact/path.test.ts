import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { artifactPath } from '../../../src/run/artifact/path.ts';

describe('the path of a file in an artifact', () => {
  it.each([
    ['outputs/model.pt', 'outputs/model.pt'],
    ['outputs/2026-12-01T10:00.json', 'outputs/2026-12-01T10%3A00.json'],
    ['50%.txt', '50%.txt'],
    ['a%20b.txt', 'a%20b.txt'],
    ['a%3Ab', 'a%253Ab'],
    ['a\nb', 'a%0Ab'],
    ['..\\..\\evil', '..%5C..%5Cevil'],
  ])('of %j is %j', (path, expected) => {
    expect(artifactPath(path)).toBe(expected);
  });

  it('has nothing that is refused, and no two files have the same, nor one that is a folder of the other', () => {
    const part = fc.string({ unit: fc.constantFrom(...'ab%:"*<>?|\\\r\n3A25C0D'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.array(part, { minLength: 1 }), (one, two) => {
        const [a, b] = [one, two].map((parts) => artifactPath(parts.join('/')));

        expect(a).not.toMatch(/["*:<>?\\|\r\n]/);
        expect(a).toBe(one.map(artifactPath).join('/'));
        expect(a === b).toBe(one.join('/') === two.join('/'));
      }),
    );
  });
});
