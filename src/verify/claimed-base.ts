import { UserError } from '../errors.ts';
import { isDigest } from '../oci/digest.ts';
import { parseReference, printReference } from '../oci/reference.ts';
import { ANNOTATION, type ImageConfig, type Manifest, type Reference } from '../oci/types.ts';

interface DescribedImage {
  readonly manifest: Pick<Manifest, 'annotations'>;
  readonly config: ImageConfig;
}

/** What an image says it stands on; undefined when it says nothing, or nothing that can be read. */
export function claimedBase({ manifest, config }: DescribedImage): Reference | undefined {
  const claimed = (name: string): string | undefined =>
    manifest.annotations?.[name] ?? config.config?.Labels?.[name];
  const name = claimed(ANNOTATION.baseName);
  if (name === undefined) return undefined;
  const digest = claimed(ANNOTATION.baseDigest);
  try {
    const reference = parseReference(name);
    return isDigest(digest) ? { ...reference, digest } : reference;
  } catch (error) {
    // Anybody may write anything into a label.
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

/** Whether the image begins with exactly what the base holds. */
export function standsOn(image: ImageConfig, base: ImageConfig): boolean {
  const [own, below] = [image.rootfs.diff_ids, base.rootfs.diff_ids];
  return below.length > 0 && below.every((layer, index) => own[index] === layer);
}

/** How the base is shown: what was checked, not the tag that may say something else by now. */
export function shownBase(base: Reference): string {
  return printReference(base, { familiar: true });
}
