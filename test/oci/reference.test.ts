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
    expect(parseReference(text)).toEqual(reference);
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

  it('quotes what it refuses on one line', () => {
    expect(() => parseReference('a b\n::error::x')).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^"a b\\n::error::x" is not an image reference: [^\n]*$/),
      }),
    );
  });

  it('says what to do about a URL', () => {
    expect(() => parseReference('https://ghcr.io/acme/train')).toThrow(
      expect.objectContaining({
        findings: [expect.objectContaining({ hint: expect.stringContaining('without the scheme') })],
      }),
    );
  });
});

describe('a website in place of a registry', () => {
  it.each([
    ['hub.docker.com/ubuntu:latest', 'docker.io/library/ubuntu:latest'],
    ['hub.docker.com/_/python', 'docker.io/library/python'],
    ['hub.docker.com/r/codalab/default-cpu:1', 'docker.io/codalab/default-cpu:1'],
    ['hub.docker.com/layers/a/b', 'docker.io/a/b'],
    ['github.com/acme/train:1', 'ghcr.io/acme/train:1'],
    ['gitlab.com/acme/train', 'registry.gitlab.com/acme/train'],
  ])('%s is answered with %s', (text, instead) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('is a website'),
        findings: [expect.objectContaining({ hint: `write ${instead}` })],
      }),
    );
  });
});

describe('parseRepository', () => {
  it('refuses a tag', () => {
    expect(() => parseRepository('ghcr.io/acme/train:1')).toThrow(UserError);
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
  ])('shortens %s to %s where that reads back the same', (full, familiar) => {
    expect(printReference(parseReference(full), { familiar: true })).toBe(familiar);
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
