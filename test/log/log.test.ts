import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCleaner } from '../../src/log/log.ts';
import { createMasker } from '../../src/log/mask/masker.ts';
import { fuzzRuns } from '../jobspec/fuzz-runs.ts';

const ESC = '\u001b';

function bytesOf(part: string | Uint8Array): Uint8Array {
  return typeof part === 'string' ? new TextEncoder().encode(part) : part;
}

function cleanAll(parts: readonly (string | Uint8Array)[], masks: readonly string[] = []): readonly string[] {
  const cleaner = createCleaner({ masker: createMasker(masks) });
  const lines = parts.flatMap((part) => cleaner.push(bytesOf(part)));
  return [...lines, ...cleaner.end()];
}

/** One character of a chunk at a time, bytes of one character apart. */
function byteByByte(text: string): readonly Uint8Array[] {
  return [...new TextEncoder().encode(text)].map((byte) => Uint8Array.of(byte));
}

describe('what a container prints', () => {
  it.each<[string, readonly (string | Uint8Array)[], readonly string[]]>([
    ['a command', ['::set-output name=digest::evil'], [': :set-output name=digest::evil']],
    ['a command after blanks', [' \t ::add-mask::sha256'], [' \t : :add-mask::sha256']],
    ['a marker with a tab inside', ['##\t[error]x'], ['# #\t[error]x']],
    ['a command with a tab inside', [':\t:error::x'], [': \t:error::x']],
    ['a command after NEL', ['\u0085::save-state name=x::y'], ['', ': :save-state name=x::y']],
    [
      'a command after wide blanks',
      ['\u3000\u00a0::error file=a.py::spoof'],
      ['\u3000\u00a0: :error file=a.py::spoof'],
    ],
    ['an old command inside a line', ['#7 0.123 ##[add-mask]sha256'], ['#7 0.123 # #[add-mask]sha256']],
    ['one hash more', ['###[error]x'], ['## #[error]x']],
    ['several markers', ['#####[group]a ##[endgroup]'], ['#### #[group]a # #[endgroup]']],
    ['a command behind CR', ['10%\r::set-output name=a::b'], ['10%', ': :set-output name=a::b']],
    ['CR LF across chunks', ['a\r', '\n::debug::x\r', '\n'], ['a', ': :debug::x']],
    ['a command in pieces', [':', ':set-', 'output name=a:', ':b'], [': :set-output name=a::b']],
    ['an old command in pieces', ['x #', '#', '[add-mask]a'], ['x # #[add-mask]a']],
    ['colours inside a marker', [`#${ESC}[31m#${ESC}[0m[add-mask]a`], ['# #[add-mask]a']],
    ['colours inside a command', [`:${ESC}[0m:add-mask::a`], [': :add-mask::a']],
    ['invisible characters inside a marker', ['#\u00ad#\u200b[add-mask]a'], ['# #[add-mask]a']],
    ['invisible characters in the closing marker', ['::add-mask:\u00ad:a'], [': :add-mask::a']],
    ['a window title before a command', [`${ESC}]0;t\u0007::error::x`], [': :error::x']],
    ['a marker made by stripping', [`##${ESC}[0m##[[error]x`], ['### #[[error]x']],
    ['bytes that are no UTF-8', [Uint8Array.of(0x23, 0xff, 0x23, 0x5b, 0x61, 0x5d)], ['#\ufffd#[a]']],
    ['a line separator', ['a\u2028::group::b'], ['a', ': :group::b']],
    ['three colons', [':::error::x'], [': ::error::x']],
    [
      'ordinary text',
      ['std::vector a::b ## [y] #[z] http://[::1]:80/'],
      ['std::vector a::b ## [y] #[z] http://[::1]:80/'],
    ],
    ['empty lines', ['a\n\nb\n'], ['a', '', 'b']],
    ['no newline at the end', ['a\nb'], ['a', 'b']],
    ['nothing', [], []],
    ['a UTF-16 byte order mark', [Uint8Array.of(0xff, 0xfe, 0x3a, 0x3a)], ['\ufffd\ufffd::']],
  ])('makes %s harmless', (_, chunks, lines) => {
    expect(cleanAll(chunks)).toEqual(lines);
  });

  it('holds little of a line that does not end, and says how much is missing', () => {
    const cleaner = createCleaner();
    const chunk = bytesOf('a'.repeat(64 * 1024));
    for (let count = 0; count < 1024; count++) expect(cleaner.push(chunk)).toEqual([]);

    const lines = cleaner.end();

    expect(lines).toEqual([`${'a'.repeat(16_384)} … ${64 * 1024 * 1024 - 16_384} characters more`]);
  });

  it('does not cut a character in two', () => {
    const [line] = cleanAll([`${'a'.repeat(16_383)}😀${'b'.repeat(100)}\n`]);

    expect(line).toBe(`${'a'.repeat(16_383)} … 102 characters more`);
  });

  it('comes to the end of a line full of openings that never close', () => {
    // With a search to the end for each of them it would take hours.
    const opened = `${ESC}]`.repeat(600_000) + `${ESC}[0`.repeat(600_000) + `${ESC}P`.repeat(600_000);

    const lines = cleanAll([`${opened}\n`]);

    expect(lines).toHaveLength(1);
  });
});

describe('secrets', () => {
  const secret = 'hf_S3cret+/value';

  it.each([
    ['as it is', `token=${secret}!`, 'token=***!'],
    ['with a colour inside', `hf_S3c${ESC}[0mret+/value`, '***'],
    ['in JSON', JSON.stringify({ token: secret }), '{"token":"***"}'],
    ['in a URL', `https://x/?t=${encodeURIComponent(secret)}&u=1`, 'https://x/?t=***&u=1'],
    ['in base64', Buffer.from(secret).toString('base64'), '***'],
  ])('are masked %s', (_, text, shown) => {
    expect(cleanAll([text], [secret])).toEqual([shown]);
  });

  it.each([0, 1, 2, 3, 4])('are masked in base64 of a longer text, %i bytes in', (offset) => {
    const encoded = Buffer.from(`${'x'.repeat(offset)}${secret}tail`).toString('base64');

    const [line = ''] = cleanAll([encoded], [secret]);

    expect(line).toContain('***');
    expect(line.length).toBeLessThan(encoded.length - 12);
  });

  it('are masked line by line', () => {
    const key = '-----BEGIN-----\nMIIEow\nx\n-----END-----\n';

    expect(cleanAll([key], [key])).toEqual(['***', '***', '***', '***']);
  });

  it('are masked before a line is cut', () => {
    const [line = ''] = cleanAll([`${'a'.repeat(16_380)}${secret}${'b'.repeat(99)}`], [secret]);

    expect(line).not.toContain('hf_S');
  });

  it('leave nothing of each other when they overlap', () => {
    expect(cleanAll(['1abcdef2'], ['abcd', 'cdef'])).toEqual(['1***2']);
  });

  it('are masked when a chunk ends in them', () => {
    expect(cleanAll(byteByByte(`a ${secret} b`), [secret])).toEqual(['a *** b']);
  });
});

describe('progress bars', () => {
  it('below one another, as tqdm draws them, show one state in ten seconds and the last', () => {
    let now = 0;
    const cleaner = createCleaner({ now: () => now });
    const shown: string[] = [];
    const write = (text: string) => shown.push(...cleaner.push(bytesOf(text)));
    write('\repochs: 0/1');
    for (let step = 0; step <= 100; step++) {
      now += 500;
      // The inner bar is drawn a line below, and the cursor moves up again.
      write('\n');
      write(`\rsteps: ${step}%`);
      write(`${ESC}[A`);
    }
    write('\n\r              \r');
    write(`${ESC}[A\repochs: 1/1\n`);
    write('done\n');
    shown.push(...cleaner.end());

    expect(shown.filter((line) => line.trim() !== '')).toEqual([
      'epochs: 0/1',
      ...['steps: 0%', 'steps: 20%', 'steps: 40%', 'steps: 60%', 'steps: 80%', 'steps: 100%'],
      'epochs: 1/1',
      'done',
    ]);
    expect(shown.length).toBeLessThan(12);
  });

  it('show one state in ten seconds and the last', () => {
    let now = 0;
    const cleaner = createCleaner({ now: () => now });
    const shown: string[] = [];
    for (let percent = 0; percent < 100; percent++) {
      now += 500;
      shown.push(...cleaner.push(bytesOf(`\r${percent}%`)));
    }
    shown.push(...cleaner.push(bytesOf('\r100%\ndone\n')), ...cleaner.end());

    expect(shown).toEqual(['0%', '20%', '40%', '60%', '80%', '100%', 'done']);
  });

  it('by backspaces are states as well, each with what stands before it', () => {
    let now = 0;
    const cleaner = createCleaner({ now: () => now });
    const shown: string[] = [];
    const write = (text: string) => shown.push(...cleaner.push(bytesOf(text)));
    write('load ');
    for (let percent = 10; percent < 100; percent++) {
      now += 500;
      write(`${percent}%\b\b\b`);
    }
    write('done\nnext\n');

    expect(shown).toEqual(['load 10%', 'load 30%', 'load 50%', 'load 70%', 'load 90%', 'load done', 'next']);
  });

  it('hide a secret that backspaces make', () => {
    const cleaner = createCleaner({ now: () => 0, masker: createMasker(['topsecret']) });

    expect([...cleaner.push(bytesOf('topsec_\bret\n')), ...cleaner.end()]).toEqual(['***']);
  });

  it('lose nothing of lines that end in CR LF, wherever they are cut', () => {
    const cleaner = createCleaner({ now: () => 0 });
    const lines = byteByByte('a\r\nb\r\nc\r\n').flatMap((byte) => cleaner.push(byte));

    expect([...lines, ...cleaner.end()]).toEqual(['a', 'b', 'c']);
  });

  it.each<[string, string, readonly string[]]>([
    ['between two lines', 'a\r\n\r\nb\r\n', ['a', '', 'b']],
    ['at the beginning', '\r\n\r\na\r\n', ['', '', 'a']],
    ['of blanks', 'a\r\n  \r\nb\r\n', ['a', '  ', 'b']],
    ['below a bar', '1%\r2%\r\n\r\na\r\n', ['1%', '2%', '', 'a']],
    ['that ends a bar', '1%\r2%\r\r\n\r\na\r\n', ['1%', '2%', '', 'a']],
  ])('keep an empty line that ends in CR LF %s, wherever it is cut', (_where, text, expected) => {
    const whole = createCleaner({ now: () => 0 });
    const cut = createCleaner({ now: () => 0 });
    const lines = byteByByte(text).flatMap((byte) => cut.push(byte));

    expect([...whole.push(bytesOf(text)), ...whole.end()]).toEqual(expected);
    expect([...lines, ...cut.end()]).toEqual(expected);
  });
});

/** Texts made of the pieces that commands, colours and line ends are made of: random characters never meet. */
const TOKENS = [
  ':',
  '::',
  '#',
  '##',
  '##[',
  '[',
  ']',
  'add-mask',
  'set-output name=a',
  'error',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\v',
  '\f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u00a0',
  '\u3000',
  '\ufeff',
  '\u00ad',
  '\u200b',
  '\u202e',
  `${ESC}[0m`,
  `${ESC}[`,
  `${ESC}]0;t\u0007`,
  `${ESC}]`,
  `${ESC}P`,
  `${ESC}\\`,
  ESC,
  '\u009b1m',
  '\u0000',
  'a',
  'é',
  '😀',
  '\ufffd',
  'secret',
];
const composed = fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join(''));

/** As the runner reads a line, with a search that does not see what is invisible. */
function isCommand(line: string): boolean {
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each character is meant by itself.
  const seen = line.replace(/[\p{Cc}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu, '');
  return /^[\s\u0085]*::/.test(seen) || seen.includes('##[');
}

describe('any stream', () => {
  it('leaves no command and no line end behind', () => {
    fc.assert(
      fc.property(composed, (text) => {
        const lines = cleanAll([text]);

        expect(lines.filter(isCommand)).toEqual([]);
        expect(lines.filter((line) => /[\p{Cc}\u2028\u2029]/u.test(line.replaceAll('\t', '')))).toEqual([]);
      }),
      { numRuns: fuzzRuns(2_000, 10) },
    );
  });

  it('comes out the same however it was cut', () => {
    fc.assert(
      fc.property(composed, fc.array(fc.nat(200), { maxLength: 8 }), (text, places) => {
        const bytes = new TextEncoder().encode(text);
        const cuts = [
          0,
          ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
          bytes.length,
        ];
        const chunks = cuts.slice(1).map((end, index) => bytes.slice(cuts[index], end));

        expect(cleanAll(chunks, ['secret'])).toEqual(cleanAll([text], ['secret']));
      }),
      { numRuns: fuzzRuns(2_000, 10) },
    );
  });

  it('is clean after one pass', () => {
    fc.assert(
      fc.property(composed, (text) => {
        const once = cleanAll([text]);

        expect(cleanAll([once.map((line) => `${line}\n`).join('')])).toEqual(once);
      }),
      { numRuns: fuzzRuns(1_000, 10) },
    );
  });

  it('shows no secret, whatever stands around and inside it', () => {
    fc.assert(
      fc.property(composed, (text) => {
        expect(cleanAll([text], ['secret']).filter((line) => line.includes('secret'))).toEqual([]);
      }),
      { numRuns: fuzzRuns(1_000, 10) },
    );
  });

  it('leaves plain text as it is', () => {
    const plain = fc.stringMatching(/^[ -~\t]{0,60}$/).filter((line) => !isCommand(line));
    fc.assert(
      fc.property(fc.array(plain), (lines) => {
        expect(cleanAll([lines.map((line) => `${line}\n`).join('')])).toEqual(lines);
      }),
    );
  });
});
