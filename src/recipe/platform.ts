import type { Job } from '../jobspec/job/job.ts';
import { LINUX_AMD64 } from '../oci/platform.ts';
import type { Platform } from '../oci/types.ts';

/** The one platform that a recipe is for; an image by reference is looked up for the usual one. */
export function platformOf(image: Job['image']): Platform {
  const [platform = LINUX_AMD64] = image.kind === 'built' ? image.platforms : [];
  return platform;
}
