import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Disk } from '../../disk/disk.ts';
import { errnoOf } from '../errno.ts';

/** What is free for a folder; undefined when it is not on this machine, or nobody may ask. */
export async function diskOf(folder: string, asked = folder): Promise<Disk | undefined> {
  try {
    const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(asked), stat(asked)]);
    return { folder, free: bavail * bsize, device: dev };
  } catch (error) {
    const isHidden = errnoOf(error) === 'EACCES' && dirname(asked) !== asked;
    // Whoever may not enter a folder may ask about the one above, which seldom is on another disk.
    return isHidden ? diskOf(folder, dirname(asked)) : undefined;
  }
}
