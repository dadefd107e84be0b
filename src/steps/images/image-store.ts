import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { ImageBytes, Parent } from '../../oci/image.ts';
import type { Descriptor, Image, Reference } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { BuildPlan, Identity, IndexPlan, PlatformImagePlan } from '../../plan/plan.ts';
import type { BuildTarget } from '../../tools/builder.ts';
import { identified, type KnownIdentity } from './image-identity.ts';

/** Of an image that is made here, for one platform or for several. */
export type BuiltImagePlan = PlatformImagePlan | IndexPlan;

/** How an image is named to whoever starts it. */
export type ImageName = Pick<EnsuredImage, 'reference' | 'image' | 'engineId'>;

/** Images by their content tags: in a repository of a registry, or in the local engine. */
export interface ImageStore {
  /** Where a builder puts images for this store. */
  readonly target: BuildTarget;
  /** What has to be said of images that were put here. */
  readonly findings: readonly Finding[];
  /** What of a job's image can be kept here. */
  select(job: Job, plan: BuiltImagePlan): Promise<BuiltImagePlan>;
  /** What stands under the tag, whatever its id; asked once. */
  find(tag: string): Promise<Image | undefined>;
  /** Has the image built, and puts it under its tag. */
  build(plan: BuildPlan, to: KnownIdentity): Promise<Image>;
  /** Puts an image under its tag that was put together without a builder. */
  put(image: ImageBytes, tag: string): Promise<Image>;
  /** The image as far as a layer can be put on it. */
  parent(image: Image): Promise<Parent>;
  /** The same for an image that is put here next, which takes as few requests as it can. */
  parentToPut(image: Image): Promise<Parent>;
  descriptorOf(image: Image): Promise<Descriptor>;
  /** How a Dockerfile names the image that stands under the tag. */
  baseReference(image: Image, tag: string): Reference;
  nameOf(image: Image): ImageName;
}

/** The hit rule: the image under the tag when the id that it carries is the one that is looked for, and no other. */
export async function findImage<I extends Image>(
  identity: Identity,
  store: { find(tag: string): Promise<I | undefined> },
): Promise<I | undefined> {
  const { id, tag } = identified(identity);
  const found = await store.find(tag);
  return found?.id === id ? found : undefined;
}
