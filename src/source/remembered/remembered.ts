import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../oci/digest.ts';
import { isDependable } from './file-system.ts';
import { RememberedHashes } from './hashes.ts';
import { RememberedLayers } from './layers.ts';

/** What is known from earlier calls on a machine that stays. */
export interface Remembered {
  readonly hashes: () => RememberedHashes;
  readonly layers: RememberedLayers;
}

/**
 * undefined: nothing is remembered here.
 * @param folder of this user's cache
 * @param root of the code, real
 */
export function rememberedIn(
  folder: string,
  root: string,
  now: () => number = Date.now,
): Remembered | undefined {
  if (!isDependable(root)) return undefined;
  const name = sha256(root).slice('sha256:'.length, 'sha256:'.length + 16);
  return {
    hashes: () => new RememberedHashes(join(folder, 'hashes', name), lstatSync(root).dev, now()),
    layers: new RememberedLayers(join(folder, 'layers.json')),
  };
}
