import { readFile } from 'node:fs/promises';
import { errnoOf } from './errno.ts';

/** A whole file as UTF-8; undefined when there is no such file. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
