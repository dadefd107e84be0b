import type { MeasuredPlatforms } from '../fit/measured/platforms.ts';
import type { Digest, Image } from '../oci/types.ts';

/** An image that can be started now. */
export interface EnsuredImage {
  readonly made: 'given' | 'found' | 'pushed' | 'built';
  /** Ready to pull: `registry/repository@sha256:…`; of the local engine: the image ID. */
  readonly reference: string;
  /** In a registry. */
  readonly image?: Image | undefined;
  /** In the local engine. */
  readonly engineId?: Digest | undefined;
  /** The content tag it stands under. */
  readonly tag?: string | undefined;
  /** undefined for an image by reference. */
  readonly environment?: EnsuredEnvironment | undefined;
  /** What its files say of GPUs, where somebody has read them. */
  readonly measured?: MeasuredPlatforms | undefined;
  /** What was already there. */
  readonly cache: 'none' | 'environment' | 'image';
  /** Why it was built again, or that nothing changed: one sentence. */
  readonly why: string;
}

export interface EnsuredEnvironment {
  readonly made: 'found' | 'built';
  readonly reference: string;
  readonly tag?: string | undefined;
}
