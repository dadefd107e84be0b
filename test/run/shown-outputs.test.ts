import { describe, expect, it } from '@jest/globals';
import { printName } from '../../src/run/shown-outputs.ts';

describe('the name of an output, for a person', () => {
  it.each([
    ['outputs/modèle 日本.bin', 'outputs/modèle 日本.bin'],
    ['a\nrun       succeeded, exit code 0', '"a\\nrun       succeeded, exit code 0"'],
    ['a\u001b[31m"', '"a\\u001b[31m\\""'],
    ['a\u2028::error::b', '"a\\u{2028}::error::b"'],
    ['e\u202etxt.exe', '"e\\u{202e}txt.exe"'],
    ['a\u0085b\u007f', '"a\\u{85}b\\u{7f}"'],
  ])('of %j is %s', (name, shown) => {
    expect(printName(name)).toBe(shown);
  });
});
