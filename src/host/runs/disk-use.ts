import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../io/errno.ts';

/** Bytes of all files below a folder, or of a file; no link is followed, and what is gone takes no room. */
export async function sizeOnDisk(path: string): Promise<number> {
  try {
    const stats = await lstat(path);
    return stats.isDirectory() ? await sizeBelow(path) : stats.size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** One folder after the other: many files must not mean many open ones. */
async function sizeBelow(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder)) size += await sizeOnDisk(join(folder, name));
  return size;
}
