import { describe, expect, it } from '@jest/globals';
import { hintAt } from '../../../src/report/text/place-words.ts';

describe('a hint', () => {
  it.each([
    [
      'choose one with the input "job" (--job train), or all of them with "all"',
      'choose one with the input "job", or all of them with "all"',
      'choose one with --job train, or all of them with "all"',
    ],
    [
      'give it with the input "overrides": inputs.data=<address> (--input data=<address>)',
      'give it with the input "overrides": inputs.data=<address>',
      'give it with --input data=<address>',
    ],
    [
      'check the input "working-directory" (-C), and that the repository is there',
      'check the input "working-directory", and that the repository is there',
      'check -C, and that the repository is there',
    ],
    [
      'log in to it before, or give the input "registry-auth"; then try again',
      'log in to it before, or give the input "registry-auth"; then try again',
      'log in to it before; then try again',
    ],
    ['a file (large) of the code', 'a file (large) of the code', 'a file (large) of the code'],
  ])('%j has the words of the place where it is read', (hint, inAction, onCommandLine) => {
    expect(hintAt('action', hint)).toBe(inAction);
    expect(hintAt('command line', hint)).toBe(onCommandLine);
  });
});
