import { describe, expect, it } from '@jest/globals';
import { tryNames } from '../../src/artifact/attempts.ts';

const TAKEN = new Error('Failed to CreateArtifact: … Failed request: (409) Conflict');
const CUT = Object.assign(new Error('Unable to make request: ECONNRESET'), { name: 'NetworkError' });
const DENIED = new Error('Failed request: (403) Forbidden');

/** What each upload ends with, one after the other; the names that were tried, and the pauses. */
async function outcome(names: readonly string[], ends: readonly (Error | 'done')[]) {
  const left = [...ends];
  const done: (string | number)[] = [];
  const upload = async (name: string): Promise<string> => {
    done.push(name);
    const end = left.shift();
    if (end instanceof Error) throw end;
    return name;
  };
  const sleep = async (milliseconds: number) => void done.push(milliseconds);
  const result = await tryNames(names, { upload, sleep }).catch((error: unknown) => error);
  return { result, done };
}

describe('an upload', () => {
  it.each([
    ['is done once', ['done'], 'a', ['a']],
    ['takes the next name where one is taken', [TAKEN, 'done'], 'b', ['a', 'b']],
    ['is tried again where the network cut it off', [CUT, CUT, 'done'], 'a', ['a', 2000, 'a', 8000, 'a']],
    [
      'takes the next name where its own request was done, and cut off',
      [CUT, TAKEN, 'done'],
      'b',
      ['a', 2000, 'a', 'b'],
    ],
    ['is not tried for ever', [CUT, CUT, CUT], CUT, ['a', 2000, 'a', 8000, 'a']],
    ['ends when no name is left', [TAKEN, TAKEN], TAKEN, ['a', 'b']],
    ['ends at once where it is denied', [DENIED], DENIED, ['a']],
  ] as const)('%s', async (_, ends, result, done) => {
    expect(await outcome(['a', 'b'], ends)).toEqual({ result, done });
  });
});
