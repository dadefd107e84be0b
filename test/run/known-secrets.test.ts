import { describe, expect, it } from '@jest/globals';
import { knownSecrets } from '../../src/run/known-secrets.ts';

describe('the secrets of a run', () => {
  it('have the values that the run was given, else those of the environment, else none', () => {
    const told = new Map([
      ['ONE', 'given'],
      ['EMPTY', ''],
    ]);

    const { values, unknown } = knownSecrets(['ONE', 'TWO', 'EMPTY', 'THREE'], told, {
      ONE: 'now',
      TWO: '2',
    });

    expect(Object.fromEntries(values)).toEqual({ ONE: 'given', TWO: '2', EMPTY: '' });
    expect(unknown).toEqual(['THREE']);
  });
});
