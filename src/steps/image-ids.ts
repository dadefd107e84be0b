import { UserError } from '../errors.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest, Image } from '../oci/types.ts';
import { identityOf } from '../plan/index-image.ts';
import type { ImagePlan } from '../plan/plan.ts';
import type { EnsuredEnvironment, EnsuredImage } from '../result.ts';

export interface Identified {
  readonly id: Digest;
  readonly tag: string;
}

export function identifiedImage(image: Exclude<ImagePlan, { kind: 'given' }>): Identified {
  return identified(identityOf(image));
}

/** Ids are known as soon as bases are; without them (`--offline`) nothing can be made. */
export function identified({ id, tag }: { id: Digest | undefined; tag: string | undefined }): Identified {
  if (id !== undefined && tag !== undefined) return { id, tag };
  throw new UserError('the image has no id, because its base is not resolved', {
    hint: 'run without --offline',
    kind: 'usage',
  });
}

export function given(image: Extract<ImagePlan, { kind: 'given' }>): EnsuredImage {
  const { reference, digest } = image;
  if (digest === undefined)
    throw new UserError(`the digest of ${printReference(reference)} is not known`, {
      hint: 'run without --offline',
      kind: 'usage',
    });
  const pinned: Image = { registry: reference.registry, path: reference.path, digest };
  return {
    made: 'given',
    reference: printReference(pinned),
    image: pinned,
    cache: 'image',
    why: 'the image is used as it is',
  };
}

export const NOTHING_CHANGED = 'nothing changed';

/** What came of an image that was made again. */
export function replaced(before: Pick<Image, 'digest'> | undefined, image: Pick<Image, 'digest'>): string {
  if (before === undefined) return '';
  return before.digest === image.digest
    ? ': the digest is the same'
    : `: ${before.digest} is now ${image.digest}`;
}

export function whyAgain(...images: Parameters<typeof replaced>): string {
  return `rebuild asked for${replaced(...images)}`;
}

export function whyMade(environment: Pick<EnsuredEnvironment, 'made'>): string {
  if (environment.made === 'found') return 'the environment is unchanged, the code is new';
  return 'no environment image with this content was there';
}
