import { printPlatform } from '../oci/platform.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest, Platform } from '../oci/types.ts';
import type { BaseUse } from '../recipe/recipe.ts';

/** Digests of bases, by the reference's full name, then by platform. */
export type Bases = ReadonlyMap<string, ReadonlyMap<string, Digest>>;

export function basesOf(answers: readonly (readonly [BaseUse, Digest])[]): Bases {
  const bases = new Map<string, ReadonlyMap<string, Digest>>();
  for (const [use, digest] of answers) {
    const name = printReference(use.reference);
    bases.set(name, new Map([...(bases.get(name) ?? []), [platformName(use), digest]]));
  }
  return bases;
}

/** Both, and of the same image for the same platform the second. */
export function joinBases(one: Bases, other: Bases): Bases {
  const names = new Set([...one.keys(), ...other.keys()]);
  return new Map(
    [...names].map((name) => [name, new Map([...(one.get(name) ?? []), ...(other.get(name) ?? [])])]),
  );
}

export function digestIn(bases: Bases, use: BaseUse): Digest | undefined {
  return bases.get(printReference(use.reference))?.get(platformName(use));
}

/** The same for uses of one image for one platform. */
export function baseKey(use: BaseUse): string {
  return `${printReference(use.reference)} ${platformName(use)}`;
}

/** As it stands in a lock. */
export function platformName({ platform }: BaseUse): string {
  return platform === 'index' ? platform : printPlatform(platform);
}

/** The base among the inputs of an image for a platform; its own platform goes without saying. */
export function baseInput(use: BaseUse, platform: Platform): string {
  const name = `base ${printReference(use.reference)}`;
  return platformName(use) === printPlatform(platform) ? name : `${name} (${platformName(use)})`;
}
