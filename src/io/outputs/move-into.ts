import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { makeFolder } from '../fs/own-files.ts';
import { statsOf } from '../fs/stats-of.ts';

/** Moves what is in one folder into another of the same disk; nothing there is written over. */
export async function moveInto(temporary: string, folder: string): Promise<void> {
  const names = await readdir(temporary);
  if (names.length === 0) return;
  makeFolder(folder);
  for (const name of names) {
    if ((await statsOf(join(folder, name))) !== undefined) {
      throw new UserError(`"${join(folder, name)}" already exists`, {
        code: 'outputs',
        hint: 'move it away: outputs are never written over anything',
      });
    }
  }
  for (const name of names) await rename(join(temporary, name), join(folder, name));
}
