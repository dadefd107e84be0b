import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_FILE } from '../lock/lock.ts';

/** Beside its place and moved there, so that no half of it is ever read. */
export async function writeLockFile(folder: string, text: string): Promise<void> {
  const fresh = join(folder, `${LOCK_FILE}.${process.pid}`);
  await writeFile(fresh, text);
  await rename(fresh, join(folder, LOCK_FILE));
}
