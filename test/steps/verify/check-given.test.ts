import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../src/oci/digest.ts';
import { parseReference, printReference } from '../../../src/oci/reference.ts';
import type { Digest } from '../../../src/oci/types.ts';
import { checkGiven } from '../../../src/steps/verify/check-given.ts';
import type { Registry } from '../../../src/tools/registry.ts';
import { fakeWorld } from '../../fakes/tools.ts';

const IMAGE = 'ghcr.io/theirs/train:1';
const MIRRORS = { mirrors: new Map([['docker.io', 'mirror.example.com/hub']]) };

type Stored = Readonly<
  Record<string, { readonly layers: readonly string[]; readonly labels?: Readonly<Record<string, string>> }>
>;

/** A registry with these images; the digest of each is the hash of its name. */
function registryWith(stored: Stored): Pick<Registry, 'resolve' | 'pull'> {
  const byDigest = new Map<Digest, string>(Object.keys(stored).map((name) => [sha256(name), name]));
  return {
    async resolve(reference) {
      if (reference.digest !== undefined)
        return byDigest.has(reference.digest) ? reference.digest : undefined;
      const name = printReference(reference);
      return name in stored ? sha256(name) : undefined;
    },
    async pull(image) {
      const { layers = [], labels = {} } = stored[byDigest.get(image.digest) ?? ''] ?? {};
      return {
        image,
        manifest: {
          schemaVersion: 2,
          mediaType: 'manifest',
          config: { mediaType: '', digest: image.digest, size: 1 },
          layers: [],
        },
        config: {
          architecture: 'amd64',
          os: 'linux',
          config: { Labels: labels },
          rootfs: { type: 'layers', diff_ids: layers.map((layer) => sha256(layer)) },
        },
      };
    },
  };
}

async function checked(stored: Stored) {
  const { tools } = fakeWorld({});
  const registry = { ...tools.registry, ...registryWith(stored) };
  const image = { kind: 'given', reference: parseReference(IMAGE), digest: sha256(IMAGE) } as const;
  return await checkGiven({ job: 'train', image, mirrors: MIRRORS }, { host: tools.host, registry });
}

const BASE = 'mirror.example.com/hub/library/python:3.13';
const NAMED = { 'org.opencontainers.image.base.name': 'python:3.13' };
const PINNED = { ...NAMED, 'org.opencontainers.image.base.digest': sha256(BASE) };

describe('an image of somebody else', () => {
  it.each<[string, Stored, readonly string[]]>([
    ['says nothing', { [IMAGE]: { layers: ['a'] } }, []],
    [
      'names its base',
      { [IMAGE]: { layers: ['a', 'b'], labels: PINNED }, [BASE]: { layers: ['a'] } },
      ['same'],
    ],
    [
      'names another one by digest',
      { [IMAGE]: { layers: ['b'], labels: PINNED }, [BASE]: { layers: ['a'] } },
      ['different error image-differs'],
    ],
    [
      'names another one by a tag, which may have moved',
      { [IMAGE]: { layers: ['b'], labels: NAMED }, [BASE]: { layers: ['a'] } },
      ['same notice base-moved'],
    ],
    ['names one that is gone', { [IMAGE]: { layers: ['a'], labels: PINNED } }, ['same warning base-gone']],
  ])('that %s is told as such', async (_, stored, told) => {
    const verified = await checked(stored);

    expect(
      verified.map(({ verdict, findings }) =>
        [verdict, ...findings.map(({ level, code }) => `${level} ${code}`)].join(' '),
      ),
    ).toEqual(told);
  });
});
