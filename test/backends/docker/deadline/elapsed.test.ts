import { describe, expect, it } from '@jest/globals';
import { secondsIn } from '../../../../src/backends/docker/deadline/elapsed.ts';

describe('the age of a process as ps tells it', () => {
  it.each([
    ['      00:07', 7],
    ['12:34', 754],
    ['01:02:03', 3_723],
    ['2-03:04:05', 183_845],
    ['12h34', 45_240],
    ['5d06', 453_600],
    ['', undefined],
    ['Jan01', undefined],
  ])('%j is %s s', (text, seconds) => {
    expect(secondsIn(text)).toBe(seconds);
  });
});
