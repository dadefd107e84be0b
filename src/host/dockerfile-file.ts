import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstEnvironment } from '../plan/index-image.ts';
import type { Result } from '../result.ts';

/** Keeps the generated Dockerfile of the first job, for its first platform, for later steps; undefined when its image is used as it is. */
export async function keepDockerfile({ plan }: Result, temporary: string): Promise<string | undefined> {
  const [job] = plan.jobs;
  if (job === undefined || job.image.kind === 'given') return undefined;
  const folder = join(temporary, 'jobimg');
  const path = join(folder, `${job.job.name}.Dockerfile`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, firstEnvironment(job.image).build.dockerfile);
  return path;
}
