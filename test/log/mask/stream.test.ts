import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMasker } from '../../../src/log/mask/masker.ts';
import { fuzzRuns } from '../../jobspec/fuzz-runs.ts';

const SECRET = 'hf_S3cret+/value';
const ESC = '\u001b';
/** As Unicode's tags, which nobody sees and everybody can copy. */
const tagged = (text: string): string =>
  Array.from(text, (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');

/** What comes out of a stream for each piece that goes in, and at its end. */
function pass(
  pieces: readonly (string | Uint8Array)[],
  secrets: readonly string[] = [SECRET],
): readonly Buffer[] {
  const stream = createMasker(secrets).stream();
  const passed = pieces.map((piece) => Buffer.from(stream.push(Buffer.from(piece))));
  return [...passed, Buffer.from(stream.end())];
}

function texts(pieces: readonly string[], secrets?: readonly string[]): readonly string[] {
  return pass(pieces, secrets).map(String);
}

function whole(pieces: readonly (string | Uint8Array)[], secrets?: readonly string[]): string {
  return Buffer.concat(pass(pieces, secrets)).toString();
}

describe('a stream of bytes', () => {
  it('comes out as it was, but for the secret', () => {
    const before = Buffer.from([0x00, 0xff, 0xfe, 0x0d, 0x0a, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xe2, 0x80]);
    const after = Buffer.from('\r10%\r20%\u200b\v\f\u2028 \t\n\n');

    const out = Buffer.concat(pass([before, SECRET, after]));

    expect(out).toEqual(Buffer.concat([before, Buffer.from('***'), after]));
  });

  it('is masked where a secret comes in pieces', () => {
    expect(texts(['a hf_', 'S3cret+', '/value b', '\n'])).toEqual(['a ', '', '*** ', 'b\n', '']);
  });

  it('keeps its lines where a secret goes over several', () => {
    expect(whole(['hf_S3cret+\r\n/val\nue!'])).toBe('***\r\n***\n***!');
  });

  it('is masked where a wrapped secret is indented', () => {
    const encoded = Buffer.from('x'.repeat(50) + SECRET.repeat(4)).toString('base64');

    const shown = whole([encoded.replace(/.{76}/g, '$&\n      ')], [SECRET.repeat(4)]);

    expect(shown).toMatch(/^\w{67,71}\*\*\*\n\*\*\*\n {6}$/);
  });

  it.each([
    ['a colour', `hf_S3c${ESC}[31mret+/value`],
    ['a link of a terminal', `hf_S3c${ESC}]8;;http://x${ESC}\\ret+/value`],
    ['a character of no width', 'hf_S3c\u200bret+/\u2060value'],
    ['tags', `hf_S3c${tagged('abc')}ret+/value`],
    ['a C1 sequence', 'hf_S3c\u009b31mret+/value'],
    ['a backspace', 'hf_S3c\bret+/value'],
  ])('is masked where %s stands in the secret, however it is cut', (_, text) => {
    const bytes = [...Buffer.from(`a ${text} b`)].map((byte) => Uint8Array.of(byte));

    expect(whole([`a ${text} b`])).toBe('a *** b');
    expect(whole(bytes)).toBe('a *** b');
  });

  it.each([
    ['the title of a window', `${ESC}]0;${SECRET}\u0007`, `${ESC}]0;***\u0007`],
    ['tags', `a${tagged(SECRET)}b`, 'a***b'],
  ])('is masked where the secret is %s', (_, text, shown) => {
    expect(whole([text])).toBe(shown);
  });

  it.each([
    ['a sequence that ends in its first letter', `${ESC}te\u{e0041}st`, `${ESC}***`],
    ['a tag as well as a sequence', `te${ESC}[0m${tagged('st')}`, '***'],
  ])('is masked where it is hidden by %s, however it is cut', (_, text, shown) => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(whole([bytes.subarray(0, cut), bytes.subarray(cut)], ['test'])).toBe(shown);
  });

  it('does not let a line wait for what its last characters could become', () => {
    expect(texts(['loading hf_S\n', '3cret+/value\n'])).toEqual(['loading hf_S\n', '***\n', '']);
  });

  it('lets no end of a line begin a secret that is short', () => {
    expect(whole(['my tes\nt: test'], ['test'])).toBe('my tes\nt: ***');
  });

  it('holds no more than a secret can take', () => {
    const stream = createMasker([SECRET]).stream();
    let held = 0;
    for (let count = 0; count < 200; count++) {
      const piece = Buffer.from(`${count === 0 ? 'hf_S3cret' : ''}${'\u200b'.repeat(1_000)}`);
      held += piece.length - stream.push(piece).length;
      expect(held).toBeLessThan(80_000);
    }
  });

  it('ends in a mask where it breaks off in a secret', () => {
    expect(whole([`token=${SECRET.slice(0, 12)}`])).toBe('token=***');
    expect(whole(['token=hf_S'])).toBe('token=hf_S');
  });

  it('is masked from the moment that a value is known', () => {
    const masker = createMasker();
    const stream = masker.stream();

    const before = Buffer.from(stream.push(Buffer.from('late-secret ')));
    masker.add(['late-secret']);
    const after = Buffer.from(stream.push(Buffer.from('late-secret ')));

    expect(`${before}${after}`).toBe('late-secret *** ');
  });

  it('hides a secret of any length', () => {
    const key = Array.from({ length: 300 }, (_, line) => `line ${line} of a key`).join('\n');

    const shown = whole([`<${key}>`, Buffer.from(key).toString('hex')], [key]);

    expect(shown.replaceAll(/[*\n]/g, '')).toBe('<>');
  });
});

const PIECES = [
  'hf_S3cret+/value',
  'hf_S3',
  'cret+/value',
  'hf_S3cret',
  'value',
  'x',
  ' ',
  '\n',
  '\r\n',
  '\u200b',
];
const MORE = [
  `${ESC}[0m`,
  `${ESC}]0;`,
  '\u0007',
  ESC,
  'é',
  '▇',
  '\udb40\udc41',
  'test',
  'te',
  'st',
  'aaaa',
  'aa',
];
const composed = fc
  .array(fc.constantFrom(...PIECES, ...MORE), { maxLength: 30 })
  .map((pieces) => pieces.join(''));

describe('any stream', () => {
  const secrets = [SECRET, 'test', 'aaaa', 'user\nhf_S3cret'];

  it('comes out the same however it was cut', () => {
    fc.assert(
      fc.property(composed, fc.array(fc.nat(200), { maxLength: 8 }), (text, places) => {
        const bytes = Buffer.from(text);
        const cuts = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
        const pieces = [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length));

        expect(whole(pieces, secrets)).toBe(whole([bytes], secrets));
      }),
      { numRuns: fuzzRuns(2_000, 20) },
    );
  });

  it('loses nothing but what it masks', () => {
    fc.assert(
      fc.property(composed, (text) => {
        const parts = whole([text], secrets).split('***');

        let at = 0;
        for (const part of parts) {
          const found = text.indexOf(part, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + part.length;
        }
      }),
      { numRuns: fuzzRuns(1_000, 20) },
    );
  });
});
