import { UserError } from '../../errors.ts';
import type { Digest } from '../../oci/types.ts';
import type { Identity } from '../../plan/plan.ts';

/** The id of an image, and the tag that it is found by. */
export interface KnownIdentity {
  readonly id: Digest;
  readonly tag: string;
}

/** Ids are known as soon as bases are; without them (`--offline`) nothing can be made. */
export function identified({ id, tag }: Pick<Identity, 'id' | 'tag'>): KnownIdentity {
  if (id !== undefined && tag !== undefined) return { id, tag };
  throw new UserError('the image has no id, because its base is not resolved', {
    hint: 'run without --offline',
    kind: 'usage',
  });
}
