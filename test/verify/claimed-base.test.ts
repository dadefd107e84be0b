import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/oci/digest.ts';
import type { ImageConfig } from '../../src/oci/types.ts';
import { claimedBase, standsOn } from '../../src/verify/claimed-base.ts';

const NAME = 'org.opencontainers.image.base.name';
const DIGEST = 'org.opencontainers.image.base.digest';

function config(layers: readonly string[], labels: Readonly<Record<string, string>> = {}): ImageConfig {
  return {
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => sha256(layer)) },
  };
}

describe('the base that an image names', () => {
  it('is in its annotations, or else in its labels', () => {
    const labels = { [NAME]: 'debian:13', [DIGEST]: sha256('label') };
    const annotations = { [NAME]: 'python:3.13' };

    expect(claimedBase({ manifest: { annotations }, config: config([], labels) })).toMatchObject({
      path: 'library/python',
      digest: sha256('label'),
    });
    expect(claimedBase({ manifest: {}, config: config([], labels) })).toMatchObject({ tag: '13' });
  });

  it.each([[{}], [{ [NAME]: 'no image at all!' }], [{ [DIGEST]: sha256('x') }]])(
    'is unknown where %j says it',
    (labels) => {
      expect(claimedBase({ manifest: {}, config: config([], labels) })).toBeUndefined();
    },
  );

  it('has no digest where something else stands in its place', () => {
    const labels = { [NAME]: 'debian:13', [DIGEST]: 'latest' };

    expect(claimedBase({ manifest: {}, config: config([], labels) })).not.toHaveProperty('digest');
  });
});

describe('an image', () => {
  it.each([
    [['a', 'b', 'c'], ['a', 'b'], true],
    [['a', 'b'], ['a', 'b'], true],
    [['b', 'a'], ['a', 'b'], false],
    [['a'], ['a', 'b'], false],
    [['a'], [], false],
  ])('of the layers %j on a base of %j: %s', (own, below, stands) => {
    expect(standsOn(config(own), config(below))).toBe(stands);
  });
});
