import type { Image } from '../../oci/types.ts';
import type { Identity } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';
import type { DiskCheck } from '../disk/disk-check.ts';
import type { EarlierImages } from './earlier-images.ts';
import { findImage, type ImageStore } from './image-store.ts';

/** What images are ensured with. */
export interface EnsureContext {
  readonly store: ImageStore;
  readonly earlier: EarlierImages;
  readonly disk: DiskCheck;
  /** Whether everything is built again, whatever is there. */
  readonly rebuild: boolean;
  readonly tools: Pick<Tools, 'source' | 'builder' | 'host' | 'registry'>;
}

/** An image that stands under its tag now. */
export interface MadeImage {
  readonly made: 'found' | 'pushed' | 'built';
  readonly image: Image;
  /** Why it was built, where that is known. */
  readonly why?: string | undefined;
}

/** The image that is used as it is. */
export async function findHit(
  identity: Identity,
  { store, rebuild }: Pick<EnsureContext, 'store' | 'rebuild'>,
): Promise<Image | undefined> {
  const found = await findImage(identity, store);
  return rebuild ? undefined : found;
}
