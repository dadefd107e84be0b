import { describe, expect, it } from '@jest/globals';
import { printDuration, printTook } from '../../src/report/duration.ts';

describe('printDuration', () => {
  it.each([
    [0.34, '0.3 s'],
    [59.6, '1 min'],
    [3725, '1 h 2 min 5 s'],
  ])('prints %d seconds as "%s"', (seconds, text) => {
    expect(printDuration(seconds)).toBe(text);
  });
});

describe('printTook', () => {
  it.each([
    [340, '0.3 s'],
    [4_800, '4.8 s'],
    [59_940, '59.9 s'],
    [725_000, '12 min 5 s'],
  ])('prints %d milliseconds of a phase as "%s"', (milliseconds, text) => {
    expect(printTook(milliseconds)).toBe(text);
  });
});
