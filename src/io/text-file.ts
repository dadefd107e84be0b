import { readFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { errnoOf } from './errno.ts';

/** A whole file as UTF-8; undefined when there is no such file. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    if (errno === 'ENOENT') return undefined;
    const why = UNREADABLE[errno];
    if (why === undefined) throw error;
    throw new UserError(`"${path}" cannot be read: ${why}`, {
      code: 'file-unreadable',
      hint: 'see whose it is and who may read it: ls -l',
      cause: error,
    });
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
};
