import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formsOfSecret } from '../../../src/log/mask/forms.ts';
import { createMasker } from '../../../src/log/mask/masker.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const wrapped = (text: string): string => text.replace(/.{76}/g, '$&\n');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Python's `urllib.parse.quote`. */
function quote(text: string, safe = '/'): string {
  return Array.from(text, (letter) =>
    /[\w.~-]/.test(letter) || safe.includes(letter)
      ? letter
      : `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/** What programs make of a text, each written as they do it and not as the source does. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in a URL': encodeURIComponent,
  'in a URL, slashes kept': (text) => quote(text),
  'in a URL, all but the least encoded': (text) => quote(text, ''),
  'in a URL with small digits': (text) => quote(text).replace(/%../g, (code) => code.toLowerCase()),
  'in the query of a form': (text) => new URLSearchParams({ t: text }).toString().slice(2),
  'in the login of a URL': (text) => {
    const url = new URL('http://host/');
    url.password = text;
    return url.password;
  },
  'in a URL, only what would end the login': (text) => text.replace(/[:@/]/g, (letter) => quote(letter, '')),
  'in hex': hex,
  'in capital hex': (text) => hex(text).toUpperCase(),
  'in base64': base64,
  'in base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'in base64 twice': (text) => base64(base64(text)),
  'in base64 twice, in lines': (text) => wrapped(base64(`${wrapped(base64(text))}\n`)),
  'in JSON': (text) => JSON.stringify(text),
  'in JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)),
  'in JSON with slashes escaped': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'in JSON for HTML': (text) =>
    JSON.stringify(text).replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  'as Python shows it': (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  'as Python shows it with single quotes': (text) => `"${text.replaceAll('\\', '\\\\')}"`,
  'in HTML': (text) => html(text).replaceAll('"', '&quot;').replaceAll("'", '&#x27;'),
  'in HTML of Go': (text) => html(text).replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
  'in XML': (text) => html(text).replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  'quoted for a shell': (text) => `'${text.replaceAll("'", "'\\''")}'`,
  'quoted for a shell by Python': (text) => `'${text.replaceAll("'", `'"'"'`)}'`,
  'in YAML': (text) => `'${text.replaceAll("'", "''")}'`,
  'in CSV': (text) => `"${text.replaceAll('"', '""')}"`,
};

/** Printable, and with an end that is no blank: nothing gives those to a secret. */
const secrets = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 8,
    maxLength: 120,
  })
  .filter((text) => text.trim() === text);
const around = fc.string({ unit: fc.constantFrom(...'qxQX09 .,:=\n\t'), maxLength: 100 });

/** So many bytes of a secret may be told by what is left of its encoding beside a mask. */
const REST = 3;

describe('any secret of eight characters and more', () => {
  it.each(Object.entries(ENCODINGS))('is hidden %s', (_, encode) => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const encoded = encode(secret);
        const core = encoded.replace(/^["'\\]+|["'\\=]+$/g, '').slice(0, -REST);

        const shown = createMasker([secret]).hide(`${before}${encoded}${after}`);

        expect(shown).toContain('***');
        expect(shown).not.toContain(core);
        expect(shown.length).toBeLessThan(before.length + after.length + 16);
      }),
      { numRuns: 200 },
    );
  });

  it.each([1, 2, 3, 4, 5])('is hidden in base64 of a longer text, %i bytes in, wrapped and not', (offset) => {
    fc.assert(
      fc.property(secrets, fc.nat(200), (secret, more) => {
        const encoded = base64(`${'q'.repeat(offset + more)}${secret}${'Q'.repeat(10)}`);

        for (const text of [encoded, wrapped(encoded), encoded.replace(/.{60}/g, '$&\r\n')]) {
          const shown = createMasker([secret]).hide(text).replace(/\s/g, '');
          expect(shown).toContain('***');
          // 10 characters in front are shown where a line ends in the first eight of the secret's.
          expect(shown.length).toBeLessThan(text.replace(/\s/g, '').length - (secret.length * 4) / 3 + 16);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a shell that is asked for a secret', () => {
  const secret = `it's "a\\b" $HOME é#1\nand\ta second; line`;

  it.each([
    ['printf %s', 'printf "%s\\n" "$SECRET"'],
    ['printf %q', 'printf "%q\\n" "$SECRET"'],
    ['the operator Q', `echo "$\{SECRET@Q}"`],
    ['declare', 'declare -p SECRET'],
    ['set', 'set | grep -a -A1 ^SECRET='],
    ['tracing', 'set -x; : "$SECRET"'],
    ['no quotes', 'echo $SECRET'],
    ['base64', 'printf %s "$SECRET" | base64'],
    ['base64 twice', 'printf %s "$SECRET" | base64 | base64'],
    ['narrow base64', 'printf %s "$SECRET" | base64 -w 20'],
    ['xxd', 'printf %s "$SECRET" | od -An -v -tx1 | tr -d \' \''],
  ])('shows nothing of it with %s', (_, script) => {
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { env: { ...process.env, SECRET: secret } });

    const shown = createMasker([secret]).hide(`${stdout}${stderr}`);

    expect(shown).toContain('***');
    expect(shown).not.toMatch(/\$HOME|second|aXQn|YW5k|6974|616e64/);
  });
});

describe('the forms of a secret', () => {
  it('are few', () => {
    const nasty = `p@ss/w0rd?&<>"'\\ $x+é\nsecond line\nthird`;

    expect(formsOfSecret('hf_abcdefghijklmnopqrstuvwxyz').length).toBeLessThan(30);
    expect(formsOfSecret(nasty).length).toBeLessThan(160);
  });

  it('hold none of a value that is too short to be hidden', () => {
    expect(createMasker(['abc', ' x\n']).hide('abcabc x')).toBe('abcabc x');
  });
});
