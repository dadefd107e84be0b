import { describe, expect, it } from '@jest/globals';
import { isInvisible, stripInvisible } from '../../../src/log/mask/strip.ts';

describe('what is stripped', () => {
  it('is all that Unicode says to be drawn as nothing', () => {
    const missed: string[] = [];
    for (let codePoint = 0xa0; codePoint <= 0x10ffff; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      if (/\p{Default_Ignorable_Code_Point}/u.test(character) && !isInvisible(codePoint))
        missed.push(codePoint.toString(16));
    }

    expect(missed).toEqual([]);
  });

  it('hides no letter behind tags and selectors', () => {
    expect(stripInvisible('s\u{e0061}e\u{e0100}c\ufe0fr\u200bet\u{e007f}')).toBe('secret');
  });
});
