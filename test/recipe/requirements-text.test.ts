import { describe, expect, it } from '@jest/globals';
import { utf8Text } from '../../src/jobspec/file/utf8.ts';
import { pipText } from '../../src/recipe/requirements-text.ts';

const wide = Buffer.from('\uFEFFsix\r\n', 'utf16le');

describe('the encoding of a requirements file', () => {
  it.each([
    ['UTF-8', Buffer.from('# ä\nsix\n'), '# ä\nsix\n'],
    ['UTF-16 of PowerShell', wide, 'six\r\n'],
    ['UTF-16 in the other order', Buffer.from(wide).swap16(), 'six\r\n'],
    [
      'a coding line',
      Buffer.from('# -*- coding: latin-1 -*-\n# \xe4\n', 'latin1'),
      '# -*- coding: latin-1 -*-\n# ä\n',
    ],
    [
      'a coding line in the second line',
      Buffer.from('\n# coding=iso8859_15\n# \xa4\n', 'latin1'),
      '\n# coding=iso8859_15\n# €\n',
    ],
  ])('%s is read as pip reads it', (_, bytes, text) => {
    expect(pipText(bytes, 'r.txt')).toBe(text);
  });

  it.each([
    ['that is unknown', Buffer.from('# coding: klingon\n'), 'cannot be read as "klingon"'],
    ['that does not fit', Buffer.from('# coding: utf-8\n\xe4\n', 'latin1'), 'cannot be read as "utf-8"'],
    ['that nothing tells', Buffer.from('six\n# \xe4\n', 'latin1'), 'line 2 has other bytes'],
  ])('is refused with one %s', (_, bytes, message) => {
    expect(() => pipText(bytes, 'r.txt')).toThrow(message);
  });
});

describe('a file that has to be UTF-8', () => {
  it('is named with what it is', () => {
    expect(utf8Text(Buffer.from('\uFEFFä'), 'a')).toBe('ä');
    expect(() => utf8Text(wide, 'a')).toThrow('"a" is UTF-16, as ">" of Windows PowerShell writes it');
    expect(() => utf8Text(Buffer.from('a\nb\n\xe4', 'latin1'), 'a')).toThrow('line 3');
  });
});
