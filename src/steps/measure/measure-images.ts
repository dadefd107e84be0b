import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { isCompared } from '../../recipe/compared.ts';
import type { Tools } from '../../tools/tools.ts';
import type { ImagesEnsured } from '../images/ensure-images.ts';

/**
 * Images of jobs that ask for a GPU, with what their files say of GPUs: read right after an environment was built, and
 * found beside it from then on. The local engine keeps nothing beside an image.
 */
export async function measureImages(made: ImagesEnsured, tools: Tools): Promise<ImagesEnsured> {
  const { plan, images } = made;
  const { destination } = plan;
  const jobs = plan.jobs.filter(({ job, image: { kind } }) => isCompared(job) && kind !== 'given');
  if (destination.kind === 'engine' || jobs.length === 0) return made;
  const { Measurements } = await import('./measurements.ts');
  const measurements = new Measurements(destination.repository, tools);
  const measured = new Map<string, EnsuredImage>();
  for (const job of jobs) {
    const image = images.get(job.job.name);
    if (image !== undefined) measured.set(job.job.name, await measurements.add(job, image));
  }
  return { ...made, images: new Map([...images, ...measured]) };
}
