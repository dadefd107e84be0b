import { statfs } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { errnoOf } from '../io/errno.ts';
import { freeSpaceHint } from '../run/free-space.ts';

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

/** A full disk is the user's to mend, wherever it was met: told with what is free in the folders that are written to. */
export async function explainFullDisk(
  error: unknown,
  folders: readonly string[],
  hosted: boolean,
): Promise<unknown> {
  if (!(error instanceof Error) || !FULL.has(errnoOf(error))) return error;
  const places = await Promise.all(folders.map(freeIn));
  return new UserError(`there is no space left on the disk: ${places.join(', ')}`, {
    kind: 'unavailable',
    code: 'disk-full',
    hint: hosted
      ? freeSpaceHint(hosted)
      : 'free space there, or let temporary files go elsewhere with TMPDIR',
    cause: error,
  });
}

async function freeIn(folder: string): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  return `${bavail * bsize} bytes are free in ${folder}`;
}
