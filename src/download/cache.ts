import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../io/errno.ts';
import { type LocalFile, measure } from './input-file.ts';

/** Files by their SHA-256, kept for later runs of this user. */
export interface InputCache {
  /** A file whose bytes still are what its name says. */
  find(sha256: string): Promise<LocalFile | undefined>;
  /** Where a file is written before it is known to be whole, on the same disk. */
  partial(): Promise<string>;
  keep(file: LocalFile): Promise<LocalFile>;
}

const UNUSED_DAYS = 30;
const DAY = 86_400_000;

export function createInputCache(folder: string, now: () => number): InputCache {
  let count = 0;

  return {
    async find(sha256) {
      const found = await measure(join(folder, sha256));
      if (found?.sha256 === sha256) {
        const time = new Date(now());
        await utimes(found.path, time, time);
        return found;
      }
      if (found !== undefined) await rm(found.path, { force: true });
      return undefined;
    },
    async partial() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      count += 1;
      return join(folder, `part-${process.pid}-${count}`);
    },
    async keep(file) {
      const path = join(folder, file.sha256);
      await rename(file.path, path);
      await removeUnused(folder, now() - UNUSED_DAYS * DAY);
      return { ...file, path };
    },
  };
}

/** What no run asked for in a month, and what a process left that did not live to end it. */
async function removeUnused(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs < before) await rm(path, { force: true });
    } catch (error) {
      // Another process may tidy up at the same time.
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}
