import { mkdir } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../../io/errno.ts';
import { namesIn } from '../../io/fs/names-in.ts';
import { readRunName } from './paths.ts';

/** Of those runs that are not known to be over; most machines have none, and load nothing to read one. */
export async function namesOfRecords(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).filter((name) => readRunName(name)?.kind === 'record').sort();
}

/** Of this user alone. */
export async function makeRunsFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (!UNUSABLE.has(code)) throw error;
    throw new UserError(`the folder for runs, "${folder}", cannot be created: ${code}`, {
      kind: 'unavailable',
      code: 'state-folder',
      hint: 'set JOBIMG_STATE to a folder that this user may write to',
      cause: error,
    });
  }
}

const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST']);
