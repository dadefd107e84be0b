import type { Digest } from '../../oci/types.ts';

/** Enough to find a run again, by name alone when the answer of the create call was lost. No secret in it. */
export interface Handle {
  /** As it was written, perhaps by another release: a name that is not known here names a run all the same. */
  readonly backend: string;
  readonly run: string;
  /** The remote name: `jobimg-<run id>`. */
  readonly name: string;
  readonly hash: Digest;
  /** What the backend itself adds: engine host, native id. */
  readonly native: Readonly<Record<string, string>>;
}
