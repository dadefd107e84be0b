import type { FileEntry, ImagePlan, JobPlan } from '../plan.ts';

export interface CodeSize {
  readonly files: number;
  /** Not compressed. */
  readonly bytes: number;
}

/** The code of a job, wherever it is put; undefined where none enters an image or a container by itself. */
export function codeSize({ image, mount }: Pick<JobPlan, 'image' | 'mount'>): CodeSize | undefined {
  const entries = mount?.entries ?? entriesOf(image);
  if (entries === undefined) return undefined;
  return { files: entries.length, bytes: entries.reduce((sum, { size }) => sum + size, 0) };
}

/** The same files enter the image of every platform. */
function entriesOf(image: ImagePlan): readonly FileEntry[] | undefined {
  if (image.kind === 'index')
    return image.platforms[0] === undefined ? undefined : entriesOf(image.platforms[0].image);
  if (image.kind === 'layer') return image.layer.entries;
  // Which image it is built on does not change what is copied.
  if (image.kind === 'build')
    return image.build(image.environment.build.buildkit).context.flatMap(({ entries }) => entries);
  return undefined;
}
