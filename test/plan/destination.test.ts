import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { printReference } from '../../src/oci/reference.ts';
import { destinationOf, respelling } from '../../src/plan/destination.ts';
import type { Destination } from '../../src/plan/plan.ts';
import { rightsOf } from '../../src/plan/rights.ts';

const CALLER = {
  rights: rightsOf({ event: undefined, untrusted: false, checkout: undefined }),
  autoRegistry: undefined,
};

function registryOf(text: string) {
  return { registry: { kind: 'repository', text }, push: 'auto' } as const;
}

describe('a destination that was named', () => {
  it.each([
    ['ghcr.io/acme/train', 'ghcr.io', 'acme/train', undefined],
    [
      'ghcr.io/Acme/Train',
      'ghcr.io',
      'acme/train',
      'registry: ghcr.io/acme/train ("ghcr.io/Acme/Train" in lower case, as the names in a registry are)',
    ],
    ['GHCR.io/acme/train', 'ghcr.io', 'acme/train', expect.stringContaining('ghcr.io/acme/train')],
    ['localhost:5000/Acme', 'localhost:5000', 'acme', expect.stringContaining('localhost:5000/acme')],
    ['localhost/Acme', 'localhost', 'acme', expect.stringContaining('localhost/acme')],
    ['acme/train', 'docker.io', 'acme/train', undefined],
  ])('%s is in lower case, and it is said where it was not', (text, registry, path, said) => {
    const inputs = registryOf(text);

    expect(destinationOf(inputs, CALLER)).toEqual({
      kind: 'registry',
      repository: { registry, path },
      auto: false,
    });
    expect(respelling(inputs)).toEqual(said);
  });

  it.each([
    ['Acme/Train', 'the name of a repository is lower case'],
    ['Acme/train', 'registry: "Acme/train" has no registry, and the name of a repository is lower case'],
    ['x/y:v1', 'registry: "x/y:v1" has a tag, and names no repository'],
    ['ghcr.io/acme/train@sha256:00', 'has a digest, and names no repository'],
    ['ghcr.io', 'names no repository'],
  ])('%s is refused', (text, message) => {
    expect(() => destinationOf(registryOf(text), CALLER)).toThrow(UserError);
    expect(() => destinationOf(registryOf(text), CALLER)).toThrow(message);
    expect(respelling(registryOf(text))).toBeUndefined();
  });

  it('is told how to write it where it is a host alone', () => {
    expect(() => destinationOf(registryOf('ghcr.io'), CALLER)).toThrow(
      expect.objectContaining({
        findings: [
          expect.objectContaining({
            code: 'registry',
            hint: expect.stringContaining('such as ghcr.io/acme/train, or "none"'),
          }),
        ],
      }),
    );
  });

  it('is spelled as it was written where there is none', () => {
    expect(respelling({ registry: { kind: 'auto' } })).toBeUndefined();
    expect(respelling({ registry: { kind: 'none' } })).toBeUndefined();
  });
});

describe('where images are kept', () => {
  const own = { registry: 'ghcr.io', path: 'acme/train' };
  const named = { kind: 'repository', text: 'example.com/a/b' } as const;
  const auto = { kind: 'auto' } as const;
  const stranger = rightsOf({ event: undefined, untrusted: true, checkout: undefined });
  const inEngine = { kind: 'engine' };

  it.each([
    ['a registry that was named', { registry: named, push: 'auto' }, 'example.com/a/b'],
    [
      'a registry that was named, and a push that was asked for',
      { registry: named, push: 'yes' },
      'example.com/a/b',
    ],
    ['the registry of the repository', { registry: auto, push: 'auto' }, 'ghcr.io/acme/train'],
  ] as const)('is %s, and for code that is not trusted the engine', (_, inputs, name) => {
    const caller = { ...CALLER, autoRegistry: own };

    expect(destinationOf(inputs, caller)).toMatchObject({ kind: 'registry', auto: inputs.registry === auto });
    expect(nameOf(destinationOf(inputs, caller))).toBe(name);
    expect(destinationOf(inputs, { ...caller, rights: stranger })).toEqual(inEngine);
  });

  it.each([
    ['no registry is wanted', { registry: { kind: 'none' }, push: 'auto' }],
    ['nothing is to be pushed', { registry: named, push: 'no' }],
    ['nothing is to be pushed to the registry of the repository', { registry: auto, push: 'no' }],
  ] as const)('is the engine where %s', (_, inputs) => {
    expect(destinationOf(inputs, { ...CALLER, autoRegistry: own })).toEqual(inEngine);
  });

  it('is the engine where the repository has no registry', () => {
    expect(destinationOf({ registry: auto, push: 'auto' }, CALLER)).toEqual(inEngine);
  });

  function nameOf(destination: Destination): string | undefined {
    return destination.kind === 'registry' ? printReference(destination.repository) : undefined;
  }
});
