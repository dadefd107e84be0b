import type { Manifest } from '../oci/types.ts';
import type { PullCost } from './cost.ts';

/** Manifests that are known; of the last image, with that of the base it stands on. */
export interface PulledLayers {
  /** Of the base that the new environment stands on. */
  readonly base: Manifest | undefined;
  readonly last: Manifest | undefined;
  readonly lastBase: Manifest | undefined;
  /** Bytes of packages that are certainly fetched. */
  readonly packages: number;
}

/** What a machine fetches that has the last image, or none where there is no last one. */
export function pullCost({ base, last, lastBase, packages }: PulledLayers): PullCost {
  const held = new Set(last?.layers.map(({ digest }) => digest));
  const fresh = base?.layers.filter(({ digest }) => !held.has(digest));
  const below = new Set([...((lastBase ?? base)?.layers.map(({ digest }) => digest) ?? [])]);
  const above = last?.layers.filter(({ digest }) => !below.has(digest));
  return {
    ...(fresh === undefined ? {} : { base: bytesOf(fresh) }),
    ...(above === undefined ? {} : { before: bytesOf(above) }),
    ...(above === undefined && packages > 0 ? { packages } : {}),
  };
}

function bytesOf(layers: Manifest['layers']): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}
