import type { Platform } from '../../oci/types.ts';
import type { Fact, ImageFacts, TargetFacts } from '../facts.ts';

/** What the image for one platform needs. */
export interface ImagePart {
  readonly platform: Platform;
  readonly facts: ImageFacts;
}

/** The image that a place would run, which its CPUs choose; undefined: none of them, or nobody says what they are. */
export function partFor(
  parts: readonly ImagePart[],
  { architecture }: Pick<TargetFacts, 'architecture'>,
): ImagePart | undefined {
  const [only, ...others] = parts;
  if (others.length === 0) return only;
  return parts.find(({ platform }) => platform.architecture === architecture?.value);
}

/** Of all of them; undefined where it is not known of one. */
export function platformsOf(parts: readonly ImagePart[]): Fact<readonly Platform[]> | undefined {
  const all = parts.flatMap(({ facts }) => facts.platforms ?? []);
  const [first] = all;
  if (first === undefined || all.length < parts.length) return undefined;
  return { ...first, value: all.flatMap(({ value }) => value) };
}
