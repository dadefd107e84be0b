import { expect, it } from '@jest/globals';
import { printBytes } from '../../src/disk/bytes.ts';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_500, '1.5 kB'],
  [812_000_000, '812 MB'],
  [3_221_225_472, '3.2 GB'],
  [5e15, '5000.0 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(printBytes(bytes)).toBe(text);
});
