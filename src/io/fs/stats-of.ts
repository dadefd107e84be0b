import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { errnoOf } from '../errno.ts';

/** What stands at a path, a link as itself; undefined for nothing. */
export async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
