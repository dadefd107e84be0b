import { join } from 'node:path';
import { replaceFile } from '../io/fs/own-files.ts';
import { LOCK_FILE } from '../lock/lock.ts';

/** Beside its place and moved there, so that no half of it is ever read. */
export function writeLockFile(folder: string, text: string): void {
  replaceFile(join(folder, LOCK_FILE), text);
}
