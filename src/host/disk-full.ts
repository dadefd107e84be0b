import { dirname } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { freeSpaceHint } from '../disk/free-space.ts';
import { UserError } from '../errors.ts';
import { errnoOf } from '../io/errno.ts';
import { diskOf } from '../io/fs/disk.ts';

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

/** A full disk is the user's to mend, wherever it was met: told with the folder of it that is full, as far as that is known. */
export async function explainFullDisk(
  error: unknown,
  folders: readonly string[],
  hosted: boolean,
): Promise<unknown> {
  if (!(error instanceof Error) || !FULL.has(errnoOf(error))) return error;
  const written = folderIn(error);
  const disks = await Promise.all(
    (written === undefined ? folders : [written]).map((folder) => diskOf(folder)),
  );
  return new UserError(`there is no space left on the disk: ${fullest(disks)}`, {
    kind: 'unavailable',
    code: 'disk-full',
    hint: hosted
      ? freeSpaceHint(hosted)
      : 'free space there, or let temporary files go elsewhere with TMPDIR',
    cause: error,
  });
}

/** The folder that was written to; a write to a file that is open does not say it. */
function folderIn(error: Error): string | undefined {
  return 'path' in error && typeof error.path === 'string' ? dirname(error.path) : undefined;
}

/** Of several disks the one that has least; those that have as little may be the same. */
function fullest(disks: readonly (Disk | undefined)[]): string {
  const known = disks.filter((disk) => disk !== undefined);
  const least = Math.min(...known.map(({ free }) => free));
  return known
    .filter(({ free }) => free === least)
    .map(({ folder, free }) => `${free} bytes are free in ${folder}`)
    .join(', ');
}
