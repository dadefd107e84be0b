import type { Inputs } from '../inputs.ts';
import type { EnsuredImage } from '../result.ts';
import type { Tools } from '../tools.ts';

/** Moving tags, such as `latest`, point at the image once it stands under its content tag. */
export async function moveTags(
  images: ReadonlyMap<string, EnsuredImage>,
  { tags }: Pick<Inputs, 'tags'>,
  { registry, host }: Pick<Tools, 'registry' | 'host'>,
): Promise<void> {
  for (const [job, { image, made }] of images) {
    if (image === undefined || made === 'given') continue;
    for (const tag of tags) {
      const standing = await registry.find({ registry: image.registry, path: image.path, tag });
      if (standing?.digest === image.digest) continue;
      await registry.retag(image, tag, standing?.digest);
      host.info(`${job}: ${tag} is now ${image.digest}`);
    }
  }
}
