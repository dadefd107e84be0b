import { describe, expect, it } from '@jest/globals';
import { jsonText } from '../../src/report/json-text.ts';

describe('a result as JSON on a stream that a runner reads', () => {
  it.each([
    '##[add-mask]sha256',
    '::stop-commands::x',
    'a\n::error::b',
    '\u009b2J',
    '\u007f',
    '\u2028',
    '\u202e',
    '#',
  ])('holds %j, and no command and nothing that a terminal obeys', (text) => {
    const value = { [text]: [text, { text }], 'runs-on': 'a:b' };

    const written = jsonText(value);

    expect(JSON.parse(written)).toEqual(value);
    expect(written).not.toMatch(/#|::|[\u007f-\u009f\u2028\u202e]/);
    expect(written).toContain('"runs-on": "a:b"');
  });
});
