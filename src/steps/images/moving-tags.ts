import type { Inputs } from '../../inputs/inputs.ts';
import type { Image } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { Tools } from '../../tools/tools.ts';
import { pushRight } from './push-right.ts';

/** Moving tags, such as `latest`, point at the image once it stands under its content tag. */
export async function moveTags(
  images: ReadonlyMap<string, EnsuredImage>,
  { tags }: Pick<Inputs, 'tags'>,
  tools: Pick<Tools, 'registry' | 'host'>,
): Promise<void> {
  if (tags.length === 0) return;
  for (const [job, { image, made }] of images) {
    if (image === undefined || made === 'given') {
      tools.host.info(`${job}: only an image that is pushed gets the tags ${tags.join(', ')}`);
      continue;
    }
    for (const tag of tags) await moveTag(job, image, tag, tools);
  }
}

async function moveTag(
  job: string,
  image: Image,
  tag: string,
  { registry, host }: Pick<Tools, 'registry' | 'host'>,
): Promise<void> {
  const repository = { registry: image.registry, path: image.path };
  const right = pushRight(repository, registry);
  const before = await right.reading(() => registry.find({ ...repository, tag }));
  if (before?.digest === image.digest) return;
  const { other } = await registry.retag(image, tag, before?.digest);
  if (other === undefined) host.info(`${job}: ${tag} is now ${image.digest}`);
  else host.info(`${job}: ${tag} is ${other}, which somebody else gave it meanwhile, and stays there`);
}
