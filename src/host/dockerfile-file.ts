import { join } from 'node:path';
import { makeFolder, replaceFile } from '../io/fs/own-files.ts';
import { firstEnvironment } from '../plan/images/index-image.ts';
import type { Result } from '../tools/result.ts';

/** Keeps the generated Dockerfile of the first job, for its first platform, for later steps; undefined when its image is used as it is. */
export function keepDockerfile({ plan }: Result, temporary: string): string | undefined {
  const [job] = plan.jobs;
  if (job === undefined || job.image.kind === 'given') return undefined;
  const folder = join(temporary, 'jobimg');
  const path = join(folder, `${job.job.name}.Dockerfile`);
  makeFolder(folder);
  replaceFile(path, firstEnvironment(job.image).build.dockerfile);
  return path;
}
