import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest, suggestion } from '../../../src/jobspec/values/suggest.ts';

describe('the distance of two words', () => {
  it.each([
    ['', '', 0],
    ['a', '', 1],
    ['timeout', 'tiemout', 1],
    ['run', 'runs', 1],
    ['gpu', 'cpu', 1],
    ['kitten', 'sitting', 3],
  ])('%s and %s', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is none to itself, the same both ways, and bounded by the longer word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('the nearest word', () => {
  it('is of two the one that goes on with what was written', () => {
    expect(nearest('node', ['code', 'nodes'])).toBe('nodes');
  });

  it('is never what was written', () => {
    expect(nearest('jobs', ['jobs', 'job'])).toBe('job');
  });
});

it.each([
  ['tiemout', 'did you mean "timeout"?'],
  ['Timeout', 'did you mean "timeout"?'],
  ['elephant', 'known: timeout, run'],
])('suggests for %s: %s', (word, text) => {
  expect(suggestion(word, ['timeout', 'run'])).toBe(text);
});

it('suggests nothing where nothing is near', () => {
  expect(nearest('xyz', ['timeout'])).toBeUndefined();
});
