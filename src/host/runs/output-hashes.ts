import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../io/errno.ts';
import type { HashedFile } from '../../run/types/result.ts';

/** Files and bytes that are hashed of one run: a record must not make anybody wait for minutes. */
export const HASHED_FILES = 1_000;
export const HASHED_BYTES = 10e9;

/** SHA-256 of the outputs in their order, as far as the limits go; no link is followed. */
export async function hashOutputs(
  folder: string,
  outputs: readonly string[],
  limits = { files: HASHED_FILES, bytes: HASHED_BYTES },
): Promise<readonly HashedFile[]> {
  const hashed: HashedFile[] = [];
  let room = limits.bytes;
  for (const path of outputs.slice(0, limits.files)) {
    const file = await hashFile(join(folder, path), room);
    if (file === undefined) continue;
    room -= file.size;
    hashed.push({ path, ...file });
  }
  return hashed;
}

/** undefined for what is gone, is no file, or is larger than what may still be read. */
async function hashFile(path: string, room: number): Promise<Omit<HashedFile, 'path'> | undefined> {
  const file = await openFile(path);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > room) return undefined;
    const hash = createHash('sha256');
    for await (const bytes of file.createReadStream({ autoClose: false })) hash.update(bytes);
    return { size: stats.size, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
