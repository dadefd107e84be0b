import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../errno.ts';

/**
 * Files that only this user can have written, in a folder that only this user can write to. What anybody else could
 * have put there is not read, and nothing is written where somebody else could change it.
 */

/** undefined where there is none that may be believed, or one that is larger than it can be. */
export function readPrivate(path: string, most: number): Buffer | undefined {
  return unlessRefused(() => {
    if (!isPrivateFolder(dirname(path))) return undefined;
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      const isBelieved = stats.isFile() && isOurs(stats) && (stats.mode & 0o077) === 0 && stats.size <= most;
      return isBelieved ? readFileSync(descriptor) : undefined;
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Complete under its name or not there at all; a home that is read-only or full has none. */
export function writePrivate(path: string, content: Uint8Array | string): void {
  const fresh = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  unlessRefused(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!isPrivateFolder(dirname(path))) return;
    try {
      writeFileSync(fresh, content, { flag: 'wx', mode: 0o600 });
      renameSync(fresh, path);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  });
}

/** Of the files of a folder that were written last, so many stay. */
export function keepNewest(folder: string, most: number): void {
  unlessRefused(() => {
    for (const name of newestFirst(folder).slice(most)) rmSync(join(folder, name), { force: true });
  });
}

/** Names of the files of a folder, the one that was written last first; none where it cannot be read. */
export function namesByAge(folder: string): readonly string[] {
  return unlessRefused(() => newestFirst(folder)) ?? [];
}

function newestFirst(folder: string): readonly string[] {
  const files = readdirSync(folder).map((name) => ({
    name,
    at: lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  return files.toSorted((one, other) => other.at - one.at).map(({ name }) => name);
}

function isPrivateFolder(folder: string): boolean {
  const stats = lstatSync(folder);
  return stats.isDirectory() && isOurs(stats) && (stats.mode & 0o022) === 0;
}

function isOurs({ uid }: Stats): boolean {
  return uid === process.getuid?.();
}

function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
