import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printLast, printNumber } from '../../src/report/number.ts';

describe('printNumber', () => {
  it.each([
    [0.12345678, '0.1235'],
    [-0.5, '-0.5'],
    [1234567, '1234567'],
    [1234567.89, '1234568'],
    [99.95, '99.95'],
    [0.30000000000000004, '0.3'],
    [0.00001234567, '0.00001235'],
    [1e-9, '1e-9'],
    [0, '0'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('writes %d as %s', (value, text) => {
    expect(printNumber(value)).toBe(text);
  });

  it('is never off by more than a thousandth', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.abs(Number(printNumber(value)) - value)).toBeLessThanOrEqual(Math.abs(value) / 1000);
      }),
    );
  });
});

it('prints nothing for what was never measured', () => {
  expect(printLast([])).toBe('');
});
