import { hasRoom } from '../../disk/disk.ts';
import { UserError } from '../../errors.ts';
import type { Image } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { Tools } from '../../tools/tools.ts';

/**
 * Before images are run on a machine that goes with the job: the builder that was made for them goes with its cache when
 * there is no room for that and for the images that the engine is about to fetch.
 */
export async function makeRoom(
  images: ReadonlyMap<string, EnsuredImage>,
  here: ReadonlySet<string>,
  { registry, storage, builder, host }: Tools,
): Promise<void> {
  const fetched = [...images].flatMap(([job, { image, environment }]) =>
    here.has(job) && image !== undefined && environment?.made === 'built' ? [image] : [],
  );
  if (fetched.length === 0) return;
  const disks = await storage.disks('registry');
  if (disks?.shared !== 'released') return;

  const sizes = await Promise.all(fetched.map((image) => sizeOf(image, registry)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (hasRoom(bytes, disks) || !(await builder.release())) return;
  host.info('the builder was removed with its cache, because the image needs the space');
}

/** Of its layers; 0 where that is not known, for the run itself tells what is wrong with an image. */
async function sizeOf(image: Image, registry: Tools['registry']): Promise<number> {
  try {
    const { manifest } = await registry.pull(image);
    return manifest.layers.reduce((sum, { size }) => sum + size, 0);
  } catch (error) {
    if (error instanceof UserError) return 0;
    throw error;
  }
}
