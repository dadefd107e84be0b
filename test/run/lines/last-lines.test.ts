import { describe, expect, it } from '@jest/globals';
import { createLastLines } from '../../../src/run/lines/last-lines.ts';

function lastOf(lines: readonly string[]): readonly string[] {
  const last = createLastLines();
  last.lines(lines);
  return last.all();
}

describe('the last lines of a run', () => {
  it('are ten, in order, and none of them is blank', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`).flatMap((line) => [
      line,
      '',
      ' \t',
    ]);

    expect(lastOf(lines)).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 20}`));
  });

  it('are what there was of a run that said little', () => {
    expect(lastOf([])).toEqual([]);
    expect(lastOf(['Killed'])).toEqual(['Killed']);
  });

  it('are never more than can be read, and the last of all is among them', () => {
    const last = lastOf([...Array.from({ length: 10 }, () => 'x'.repeat(16_000)), 'Killed']);

    expect(last.at(-1)).toBe('Killed');
    expect(last.join('').length).toBeLessThanOrEqual(2_000);
    expect(last[0]).toMatch(/^x{400}…$/);
  });
});
