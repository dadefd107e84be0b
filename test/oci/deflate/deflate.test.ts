import { createHash } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tableCrc32 } from '../../../src/oci/deflate/crc32.ts';
import { Deflate } from '../../../src/oci/deflate/deflate.ts';
import { makeCodes } from '../../../src/oci/deflate/huffman.ts';

const BLOCK = 4_096;

function deflate(input: Uint8Array, block = BLOCK): Buffer {
  const encoder = new Deflate({ block, window: 4 });
  const parts: Uint8Array[] = [];
  for (let at = 0; at < input.length; at += block)
    parts.push(Buffer.from(encoder.push(input.subarray(at, at + block))));
  return Buffer.concat([...parts, encoder.end()]);
}

/** Bytes that look like noise, and are the same everywhere. */
function noise(size: number): Buffer {
  const parts = Array.from({ length: Math.ceil(size / 64) }, (_, index) =>
    createHash('sha512').update(String(index)).digest(),
  );
  return Buffer.concat(parts).subarray(0, size);
}

/** Words that come again near and far, as code has them. */
const TEXT = Buffer.from(
  Array.from(
    { length: 12_000 },
    (_, index) => `self.layer_${(index * index) % 977} = nn.Linear(${index % 61})\n`,
  ).join(''),
);

describe('our deflate', () => {
  it.each([
    { name: 'nothing', input: Buffer.alloc(0) },
    { name: 'one byte', input: Buffer.from('a') },
    { name: 'three bytes', input: Buffer.from('aaa') },
    { name: 'one byte, over and over', input: Buffer.alloc(100_000, 7) },
    { name: 'noise', input: noise(100_000) },
    { name: 'text', input: TEXT },
    {
      name: 'text and noise in turns',
      input: Buffer.concat([TEXT, noise(9_000), TEXT, noise(30_000), TEXT]),
    },
    {
      name: 'the longest matches, farther away than a window',
      input: Buffer.concat([noise(300), Buffer.alloc(40_000), noise(300)]),
    },
    { name: 'two bytes alone', input: Buffer.from(noise(50_000).map((byte) => byte & 1)) },
  ])('is read back by another inflate: $name', ({ input }) => {
    expect(inflateRawSync(deflate(input)).equals(input)).toBe(true);
    expect(inflateRawSync(deflate(input, 65_535)).equals(input)).toBe(true);
  });

  it('is read back whatever it is given', () => {
    const runs = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.tuple(fc.nat(255), fc.nat(900)).map(([byte, count]) => new Uint8Array(count).fill(byte)),
        fc
          .tuple(fc.nat(TEXT.length), fc.nat(3_000))
          .map(([from, count]) => TEXT.subarray(from, from + count)),
        fc.nat(9_000).map(noise),
      ),
      { maxLength: 40 },
    );

    fc.assert(
      fc.property(runs, (parts) => {
        const input = Buffer.concat(parts);
        expect(inflateRawSync(deflate(input)).equals(input)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('makes text smaller, and noise hardly larger', () => {
    expect(deflate(TEXT, 65_535).length).toBeLessThan(TEXT.length / 4);
    expect(deflate(noise(1_000_000), 65_535).length).toBeLessThan(1_000_200);
  });

  it('gives these bytes, in every release', () => {
    const digest = (input: Uint8Array) => createHash('sha256').update(deflate(input, 65_535)).digest('hex');

    expect([digest(TEXT), digest(noise(200_000)), digest(Buffer.concat([noise(70_000), TEXT]))]).toEqual([
      '6e7d8a9ce0ccbbf082355a6725f4d4a75816f1df16a890f3f833c0cf80fd76d4',
      '4e3c1dbefad07e4519e7cb39f6b94c4574302f733c0db4c3e4ef5a39a57f67c9',
      '7507275edc60d6114745ecc7b86305e8a772f4e3fbd98fe8c9ef96b21ba09c92',
    ]);
  });
});

describe('codes', () => {
  /** As RFC 1951 asks: with all of them, no sequence of bits is left over. */
  const kraft = (lengths: Uint8Array) =>
    lengths.reduce((sum, length) => sum + (length === 0 ? 0 : 2 ** -length), 0);

  it('are complete, and no longer than allowed', () => {
    const counts = fc.array(fc.oneof(fc.nat(3), fc.nat(1_000_000)), { minLength: 2, maxLength: 19 });
    fc.assert(
      fc.property(counts, (numbers) => {
        const { lengths } = makeCodes(Uint32Array.from(numbers), 7);
        const used = numbers.filter((count) => count > 0).length;

        expect(Math.max(...lengths)).toBeLessThanOrEqual(7);
        expect(lengths.map((length) => Math.sign(length))).toEqual(Uint8Array.from(numbers.map(Math.sign)));
        if (used > 1) expect(kraft(lengths)).toBe(1);
      }),
    );
  });

  it('are cut where counts grow like those of rabbits', () => {
    const counts = new Uint32Array(30);
    for (let at = 0; at < 30; at += 1)
      counts[at] = at < 2 ? 1 : (counts[at - 1] ?? 0) + (counts[at - 2] ?? 0);

    const { lengths } = makeCodes(counts, 15);

    expect(Math.max(...lengths)).toBe(15);
    expect(kraft(lengths)).toBe(1);
  });
});

it('sums as Node does where it has no sum', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      expect(tableCrc32(other, tableCrc32(one))).toBe(crc32(other, crc32(one)));
    }),
  );
});
