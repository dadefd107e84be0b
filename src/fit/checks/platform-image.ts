import { forArchitecture } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';
import type { Fact, ImageFacts, TargetFacts } from '../facts.ts';

/** What the image for one platform needs. */
export interface PlatformImage {
  readonly platform: Platform;
  readonly facts: ImageFacts;
}

/** The image that a target's CPUs run; undefined: none of them, or it is not known which CPUs these are. */
export function imageFor(
  images: readonly PlatformImage[],
  { architecture }: Pick<TargetFacts, 'architecture'>,
): PlatformImage | undefined {
  return forArchitecture(images, architecture?.value, ({ platform }) => platform.architecture);
}

/** Of all of them; undefined where it is not known of one. */
export function platformsOf(images: readonly PlatformImage[]): Fact<readonly Platform[]> | undefined {
  const all = images.flatMap(({ facts }) => facts.platforms ?? []);
  const [first] = all;
  if (first === undefined || all.length < images.length) return undefined;
  return { ...first, value: all.flatMap(({ value }) => value) };
}
