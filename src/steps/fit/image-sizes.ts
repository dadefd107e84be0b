import { UserError } from '../../errors.ts';
import { imageFor, type PlatformImage } from '../../fit/checks/platform-image.ts';
import { mergeImages } from '../../fit/image.ts';
import { normalPlatform, printPlatform } from '../../oci/platform.ts';
import type { Image, Platform } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { Tools } from '../../tools/tools.ts';
import type { JobFit } from './fit-jobs.ts';

type Images = ReadonlyMap<string, Pick<EnsuredImage, 'image'>>;

/**
 * The jobs with what their images weigh, where the place says how much room it has. Manifests that were pushed or read in
 * this call are known, so that it asks for nothing.
 */
export async function withSizes(
  jobs: readonly JobFit[],
  images: Images,
  { registry }: Pick<Tools, 'registry'>,
): Promise<readonly JobFit[]> {
  return await Promise.all(
    jobs.map(async (fit) => {
      const image = images.get(fit.job.name)?.image;
      if (image === undefined) return fit;
      const limited = fit.targets.filter(({ freeDisk }) => freeDisk !== undefined);
      const pulled = new Set(limited.map((target) => imageFor(fit.images, target)));
      const sized = fit.images.map((one) => (pulled.has(one) ? withSize(one, image, registry) : one));
      return { ...fit, images: await Promise.all(sized) };
    }),
  );
}

async function withSize(
  part: PlatformImage,
  image: Image,
  registry: Tools['registry'],
): Promise<PlatformImage> {
  if (part.facts.size !== undefined) return part;
  const size = await sizeOf(image, part.platform, registry);
  return size === undefined ? part : { ...part, facts: mergeImages({ size }, part.facts) };
}

/** undefined: whoever pulls it is told what is wrong with it. */
async function sizeOf(
  image: Image,
  platform: Platform,
  registry: Tools['registry'],
): Promise<PlatformImage['facts']['size']> {
  try {
    const own = await ownOf(image, platform, registry);
    if (own === undefined) return undefined;
    const { layers } = await registry.manifest(own);
    return { value: layers.reduce((sum, { size }) => sum + size, 0), source: 'its manifest' };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function ownOf(
  image: Image,
  platform: Platform,
  registry: Tools['registry'],
): Promise<Image | undefined> {
  const manifests = await registry.indexManifests(image);
  if (manifests === undefined) return image;
  const wanted = printPlatform(normalPlatform(platform));
  const found = manifests.find(
    (one) => one.platform !== undefined && printPlatform(normalPlatform(one.platform)) === wanted,
  );
  return found && { ...image, digest: found.digest };
}
