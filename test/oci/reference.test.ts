import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { parseReference, parseRepository, printReference } from '../../src/oci/reference.ts';

const HEX = 'a'.repeat(64);

describe('parseReference', () => {
  it.each([
    ['python', { registry: 'docker.io', path: 'library/python' }],
    ['python:3.13-slim', { registry: 'docker.io', path: 'library/python', tag: '3.13-slim' }],
    ['docker.io/python', { registry: 'docker.io', path: 'library/python' }],
    ['index.docker.io/library/python:3', { registry: 'docker.io', path: 'library/python', tag: '3' }],
    ['acme/train', { registry: 'docker.io', path: 'acme/train' }],
    ['ghcr.io/acme/train:1', { registry: 'ghcr.io', path: 'acme/train', tag: '1' }],
    ['localhost/train', { registry: 'localhost', path: 'train' }],
    ['localhost:5000/train:1', { registry: 'localhost:5000', path: 'train', tag: '1' }],
    ['[::1]:5000/train', { registry: '[::1]:5000', path: 'train' }],
    ['Host/train', { registry: 'Host', path: 'train' }],
    ['127.0.0.1:5000/a__b/c--d.e_f', { registry: '127.0.0.1:5000', path: 'a__b/c--d.e_f' }],
    [`python@sha256:${HEX}`, { registry: 'docker.io', path: 'library/python', digest: `sha256:${HEX}` }],
    [`ghcr.io/a/b:1@sha256:${HEX}`, { registry: 'ghcr.io', path: 'a/b', tag: '1', digest: `sha256:${HEX}` }],
  ])('reads %s', (text, reference) => {
    expect(parseReference(text)).toStrictEqual(reference);
  });

  it.each([
    '',
    ':tag',
    '@sha256:',
    'Python',
    'https://ghcr.io/acme/train',
    'acme/train:',
    'acme//train',
    '/train',
    'acme/train/',
    'acme/tr ain',
    'acme/train\nRUN id',
    'acme/train:a b',
    'acme/train AS x',
    '--platform=linux/arm64 python',
    '$BASE',
    'acme/a..b',
    'acme/-train',
    'ghcr.io:70000/a',
    'ghcr.io:/a',
    `python:${'t'.repeat(129)}`,
    `python@sha256:${'a'.repeat(63)}`,
    `python@sha256:${'A'.repeat(64)}`,
    `python@md5:${'a'.repeat(32)}`,
    `ghcr.io/${'a'.repeat(256)}`,
    HEX,
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow(UserError);
  });

  it.each([
    [`a/${'b'.repeat(1_023)}`, 'it is longer than 1024 characters'],
    [`ghcr.io/${'a'.repeat(256)}`, 'its path is longer than 255 characters'],
    [
      'acme/train:-1',
      'a tag has up to 128 letters, digits, "_", "." and "-", and does not start with "." or "-"',
    ],
    ['acme/train@sha256:1', 'a digest is "sha256:" and 64 hexadecimal digits in lower case'],
    ['ghcr.io:70000/a', '"ghcr.io:70000" is not a registry host'],
    ['-x.y/a', '"-x.y" is not a registry host'],
    [`a/${'b'.repeat(1_022)}`, 'its path is longer than 255 characters'],
    ['[::1]:70000/a', '"[::1]:70000" is not a registry host'],
    ['[::1/a', '"[::1" is not a registry host'],
    ['x[::1]/a', '"x[::1]" is not a registry host'],
    ['[::1]y/a', '"[::1]y" is not a registry host'],
    ['ghcr.io:123456/a', '"ghcr.io:123456" is not a registry host'],
    ['ghcr.io:5000x/a', '"ghcr.io:5000x" is not a registry host'],
    ['a.b-/c', '"a.b-" is not a registry host'],
    [HEX, 'it is an image ID and names no repository'],
    ['Python', 'the name of a repository is lower case'],
    ['ghcr.io/acme/Train', 'the name of a repository is lower case'],
    ['localhost/', 'it has the form registry/name:tag'],
    ['acme/train://1', 'it has the form registry/name:tag'],
    [
      'acme/a..b',
      'the parts of its name are letters and digits in lower case, with single ".", "_" or "-" between them',
    ],
  ])('says what is wrong with %j', (text, why) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`" is not an image reference: ${why}`),
        findings: [expect.objectContaining({ code: 'invalid-reference' })],
      }),
    );
  });

  it.each([
    ['ghcr.io:65535/a', { registry: 'ghcr.io:65535', path: 'a' }],
    ['A1-b.c/d', { registry: 'A1-b.c', path: 'd' }],
    ['[FE80::1]/a', { registry: '[FE80::1]', path: 'a' }],
    [`ghcr.io/${'a'.repeat(255)}`, { registry: 'ghcr.io', path: 'a'.repeat(255) }],
    [`a:${'t'.repeat(128)}`, { registry: 'docker.io', path: 'library/a', tag: 't'.repeat(128) }],
    [`b/${HEX}`, { registry: 'docker.io', path: `b/${HEX}` }],
    [`${HEX}a`, { registry: 'docker.io', path: `library/${HEX}a` }],
    [`a${HEX}`, { registry: 'docker.io', path: `library/a${HEX}` }],
    ['toString/a', { registry: 'toString', path: 'a' }],
  ])('reads %s, which is just right', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it('quotes the beginning of what is long', () => {
    expect(() => parseReference(`A${'a'.repeat(100)}`)).toThrow(`"A${'a'.repeat(99)}…" is not`);
    expect(() => parseReference(`A${'a'.repeat(99)}`)).toThrow(`"A${'a'.repeat(99)}" is not`);
  });

  it('quotes what it refuses on one line', () => {
    expect(() => parseReference('a b\n::error::x')).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^"a b\\n::error::x" is not an image reference: [^\n]*$/),
      }),
    );
  });

  it('says what to do about a URL, and nothing of a scheme to others', () => {
    const hint = 'write it without the scheme, as registry.example.com/name:tag';
    const withHint = (text: string | undefined) =>
      expect.objectContaining({ findings: [expect.objectContaining({ hint: text })] });

    expect(() => parseReference('https://ghcr.io/acme/train')).toThrow(withHint(hint));
    expect(() => parseReference('Python')).toThrow(withHint(undefined));
  });
});

describe('a website in place of a registry', () => {
  it.each([
    ['hub.docker.com/ubuntu:latest', 'docker.io/library/ubuntu:latest'],
    ['hub.docker.com/_/python', 'docker.io/library/python'],
    ['hub.docker.com/r/codalab/default-cpu:1', 'docker.io/codalab/default-cpu:1'],
    ['hub.docker.com/layers/a/b', 'docker.io/a/b'],
    ['github.com/acme/train:1', 'ghcr.io/acme/train:1'],
    ['github.com/train', 'ghcr.io/train'],
    ['gitlab.com/acme/train', 'registry.gitlab.com/acme/train'],
    ['hub.docker.com/acme/r/train', 'docker.io/acme/r/train'],
    [`github.com/acme/train@sha256:${HEX}`, `ghcr.io/acme/train@sha256:${HEX}`],
  ])('%s is answered with %s', (text, instead) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /^"(?:hub\.docker|github|gitlab)\.com" is a website, where no image can be read/,
        ),
        findings: [expect.objectContaining({ code: 'invalid-reference', hint: `write ${instead}` })],
      }),
    );
  });
});

describe('parseRepository', () => {
  it('refuses a tag', () => {
    expect(() => parseRepository('ghcr.io/acme/train:1')).toThrow(UserError);
  });

  it('reads a name up to the length that a reference may have', () => {
    expect(parseRepository('acme/train')).toEqual({ registry: 'docker.io', path: 'acme/train' });
    expect(() => parseRepository(`a/${'b'.repeat(1_023)}`)).toThrow('it is longer than 1024 characters');
    expect(() => parseRepository(`a/${'b'.repeat(1_022)}`)).toThrow('its path is longer than 255 characters');
  });
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?$/);
const registry = fc.oneof(
  fc.constantFrom('docker.io', 'localhost', '127.0.0.1:5000', '[::1]:80'),
  fc.tuple(label, label).map(([a, b]) => `${a}.${b}`),
);
const path = fc.array(fc.stringMatching(/^[a-z0-9]{1,4}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/), {
  minLength: 2,
  maxLength: 4,
});
const reference = fc.record(
  {
    registry,
    path: path.map((parts) => parts.join('/')),
    tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
    digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}` as const),
  },
  { requiredKeys: ['registry', 'path'] },
);

describe('printing', () => {
  it('is the inverse of parsing, in full and in the familiar form', () => {
    fc.assert(
      fc.property(reference, fc.boolean(), (value, familiar) => {
        expect(parseReference(printReference(value, { familiar }))).toEqual(value);
      }),
    );
  });

  it.each([
    ['docker.io/library/python:3', 'python:3'],
    ['docker.io/acme/train', 'acme/train'],
    ['ghcr.io/acme/train', 'ghcr.io/acme/train'],
    ['docker.io/a.b/c', 'docker.io/a.b/c'],
    ['docker.io/library/a.b/c', 'library/a.b/c'],
    ['docker.io/library/docker.io/c', 'library/docker.io/c'],
    ['docker.io/library/localhost/c', 'library/localhost/c'],
    [`ghcr.io/library/a:1@sha256:${HEX}`, `ghcr.io/library/a:1@sha256:${HEX}`],
  ])('shortens %s to %s where that reads back the same', (full, familiar) => {
    expect(printReference(parseReference(full), { familiar: true })).toBe(familiar);
  });

  it('is in full where nobody asks for the familiar form', () => {
    expect(printReference(parseReference('python:3'))).toBe('docker.io/library/python:3');
    expect(printReference(parseReference('python:3'), {})).toBe('docker.io/library/python:3');
  });

  it('of anything that parses parses to the same, and nothing but UserError is thrown', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'aA0.:/@-_[]\n ') }));
    fc.assert(
      fc.property(text, (value) => {
        try {
          const parsed = parseReference(value);
          expect(parseReference(printReference(parsed))).toEqual(parsed);
          expect(printReference(parsed)).toMatch(/^[\x21-\x7e]+$/);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
