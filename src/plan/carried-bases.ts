import { isDigest } from '../oci/digest.ts';
import { printPlatform } from '../oci/platform.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { type Bases, baseInput, basesOf } from './bases.ts';
import type { PlatformInputs } from './inputs-annotation.ts';

/** Digests of the recipes' bases as an image carries them; a base that it does not name is not among them. */
export function carriedBases(carried: PlatformInputs, recipes: readonly Recipe[]): Bases {
  return basesOf(
    recipes.flatMap(({ platform, bases }) => {
      // An image that stands by itself does not say its platform.
      const inputs = carried.get(printPlatform(platform)) ?? carried.get('');
      return bases.flatMap((base) => {
        const digest = inputs?.get(baseInput(base, platform));
        return isDigest(digest) ? [[base, digest] as const] : [];
      });
    }),
  );
}
