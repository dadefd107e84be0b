import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const OWNER = /^[0-9a-f]{32}$/;

/** A random text that is kept in a folder of this user alone, made when there is none; undefined where none can be kept. */
export async function readOwner(folder: string): Promise<string | undefined> {
  const path = join(folder, 'owner');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(path, randomBytes(16).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch {
    // It is there already, or nothing can be written: what can be read decides.
  }
  const text = await readFile(path, 'utf8').catch(() => '');
  return OWNER.test(text) ? text : undefined;
}
