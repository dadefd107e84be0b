import { diskFinding } from '../../disk/disk.ts';
import { UserError } from '../../errors.ts';
import type { Platform, Reference } from '../../oci/types.ts';
import type { Fetches } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';

/** Warns of a build that cannot fit on the disk, right before it begins. Whatever cannot be asked counts nothing. */
export interface DiskCheck {
  check(fetches: Fetches, platform: Platform): Promise<void>;
}

interface DiskCheckOptions {
  readonly to: 'registry' | 'engine';
  /** Whether images are run on this machine when they are built. */
  readonly runs: boolean;
}

export function diskCheck(
  { to, runs }: DiskCheckOptions,
  { registry, storage, caller, host }: Tools,
): DiskCheck {
  async function check({ images, packages }: Fetches, platform: Platform): Promise<void> {
    const [disks, sizes] = await Promise.all([
      storage.disks(to),
      Promise.all(images.map((image) => sizeOf(image, platform, registry))),
    ]);
    if (disks === undefined) return;
    const finding = (which: readonly ImageSize[]) =>
      diskFinding({
        images: which.reduce((sum, { size }) => sum + size, 0),
        packages,
        disks,
        to,
        runs,
        hosted: caller.hosted,
      });
    // The builder is asked for what it has only where that decides something.
    if (finding(sizes) === undefined) return;
    const problem = finding(await missing(sizes));
    if (problem !== undefined) host.finding(problem);
  }

  /** Without those that the builder has, or may have on a machine that stays. */
  async function missing(sizes: readonly ImageSize[]): Promise<readonly ImageSize[]> {
    const held = await storage.held(to);
    if (held === undefined) return caller.hosted ? sizes : [];
    return sizes.filter(({ image }) => image.digest === undefined || !held.has(image.digest));
  }

  return { check };
}

interface ImageSize {
  readonly image: Reference;
  /** Of its layers as they are fetched; 0 where the registry does not tell. */
  readonly size: number;
}

/** An image that cannot be read is reported by the build, which cannot do without it. */
async function sizeOf(image: Reference, platform: Platform, registry: Tools['registry']): Promise<ImageSize> {
  try {
    const digest = await registry.resolve(image, platform);
    if (digest === undefined) return { image, size: 0 };
    const { manifest } = await registry.pull({ registry: image.registry, path: image.path, digest });
    return { image, size: manifest.layers.reduce((sum, layer) => sum + layer.size, 0) };
  } catch (error) {
    if (error instanceof UserError) return { image, size: 0 };
    throw error;
  }
}
