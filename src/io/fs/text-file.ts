import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../errno.ts';

/** A whole file as UTF-8; undefined when there is no such file. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw explained(path, error);
  }
}

/** The bytes of a file as they are read. */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw explained(path, error);
  }
}

function explained(path: string, error: unknown): unknown {
  const why = UNREADABLE[errnoOf(error) ?? ''];
  if (why === undefined) return error;
  return new UserError(`"${path}" cannot be read: ${why}`, {
    code: 'file-unreadable',
    hint: 'check its owner and permissions: ls -l',
    cause: error,
  });
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EIO: 'its disk failed to read it',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
};
