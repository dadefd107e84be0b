import { describe, expect, it } from '@jest/globals';
import { pullCost } from '../../src/cost/pull.ts';
import { sha256 } from '../../src/oci/digest.ts';
import type { Manifest } from '../../src/oci/types.ts';

const OLD_BASE = manifest(['os', 100], ['python', 50]);
const NEW_BASE = manifest(['os', 100], ['python 2', 60]);
const LAST = manifest(['os', 100], ['python', 50], ['torch', 2_000]);

describe('bytes that a machine with the last image fetches', () => {
  it('are the layers on the base, by how much they were', () => {
    const cost = pullCost({ base: OLD_BASE, last: LAST, lastBase: OLD_BASE, packages: 0 });

    expect(cost).toEqual({ base: 0, before: 2_000 });
  });

  it('are those of a base that moved as well', () => {
    const cost = pullCost({ base: NEW_BASE, last: LAST, lastBase: OLD_BASE, packages: 0 });

    expect(cost).toEqual({ base: 60, before: 2_000 });
  });

  it('are the whole base and what a lock is sure of, where there is no last image', () => {
    const cost = pullCost({ base: NEW_BASE, last: undefined, lastBase: undefined, packages: 700 });

    expect(cost).toEqual({ base: 160, packages: 700 });
  });

  it('are not known where nothing can be read', () => {
    expect(pullCost({ base: undefined, last: undefined, lastBase: undefined, packages: 0 })).toEqual({});
  });
});

function manifest(...layers: readonly (readonly [string, number])[]): Manifest {
  const config = { mediaType: 'config', digest: sha256('config'), size: 2 };
  return {
    schemaVersion: 2,
    config,
    layers: layers.map(([name, size]) => ({ mediaType: 'layer', digest: sha256(name), size })),
  };
}
