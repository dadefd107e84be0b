import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gzip } from '../../src/source/layer/gzip.ts';

/** Compressible, with far repetitions, and reaching over several pieces. */
const INPUT = Buffer.from(
  Array.from({ length: 9_000 }, (_, index) =>
    createHash('md5')
      .update(String(index % 700))
      .digest('hex'),
  ).join('\n'),
);

function cut(input: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [
    0,
    ...places.map((place) => place % input.length).toSorted((one, other) => one - other),
    input.length,
  ];
  return sorted.slice(1).map((end, index) => input.subarray(sorted[index], end));
}

describe('our gzip', () => {
  it('gives the same bytes however its input is cut', () => {
    const whole = Buffer.concat([...gzip([INPUT])]);

    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
        expect(Buffer.concat([...gzip(cut(INPUT, places))]).equals(whole)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it.each([0, 1, 512, 65_535, 65_536, 65_537, 131_072, 196_608, INPUT.length])(
    'is read back by any other gzip: %d bytes',
    (size) => {
      const input = INPUT.subarray(0, size);

      expect(gunzipSync(Buffer.concat([...gzip([input])])).equals(input)).toBe(true);
    },
  );

  it('has no time in its header, and always the same system', () => {
    const header = Buffer.concat([...gzip([INPUT])]).subarray(0, 10);

    expect(header.toString('hex')).toBe('1f8b0800000000000003');
  });
});
