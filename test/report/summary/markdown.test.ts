import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codeBlock, details, escapeMarkdown, inlineCode } from '../../../src/report/summary/markdown.ts';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '|',
        '`',
        '```',
        '\\',
        '\n',
        '<img src=x>',
        '</details>',
        '[a](javascript:x)',
        '![b](http://e)',
        '@user',
        '# h',
        '&lt;',
        '\r',
        '\u2028',
        '-->',
        '~~~',
        'www.x.com',
        ':x:',
      ),
    )
    .map((parts) => parts.join('')),
);

/** What is left when everything that is escaped is taken away. */
function bare(text: string): string {
  return text.replace(/\\[\\`*_{}[\]()#+\-.!|~@:$]/g, '').replace(/&(?:#\d+|amp|lt|gt);/g, '');
}

describe('escapeMarkdown', () => {
  it('leaves nothing that Markdown or HTML would read, in one line', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        expect(bare(escapeMarkdown(text))).not.toMatch(/[\\`*_{}[\]()#+\-.!|~@:$<>&\n\r\u2028]/);
      }),
    );
  });

  it('can be read by a person', () => {
    expect(escapeMarkdown('a <b> & c|d')).toBe('a &lt;b&gt; &amp; c\\|d');
  });
});

describe('inlineCode', () => {
  it('holds its text in one element, whatever it is', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const [, inside] = /^<code>(.*)<\/code>$/s.exec(inlineCode(text)) ?? [];

        expect(bare(inside ?? '|')).not.toMatch(/[`*_[\]()|~@<>&\n\r]/);
      }),
    );
  });
});

describe('codeBlock', () => {
  it('cannot be ended by what is in it', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const lines = codeBlock(text).split('\n');
        const fence = lines[0] ?? '';

        expect(fence).toMatch(/^`{3,}$/);
        expect(lines.at(-1)).toBe(fence);
        expect(lines.slice(1, -1).some((line) => line.includes(fence))).toBe(false);
      }),
    );
  });
});

describe('details', () => {
  it('folds a text under a title that is only text', () => {
    expect(details('a</summary><b>', 'body')).toBe(
      '<details><summary>a&lt;/summary&gt;&lt;b&gt;</summary>\n\nbody\n\n</details>',
    );
  });
});
