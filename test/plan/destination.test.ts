import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { destinationOf, respelling } from '../../src/plan/destination.ts';
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
    ['ghcr.io', 'names no repository'],
  ])('%s is refused', (text, message) => {
    expect(() => destinationOf(registryOf(text), CALLER)).toThrow(UserError);
    expect(() => destinationOf(registryOf(text), CALLER)).toThrow(message);
    expect(respelling(registryOf(text))).toBeUndefined();
  });
});
