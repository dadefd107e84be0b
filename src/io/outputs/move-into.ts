import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { makeFolder } from '../fs/own-files.ts';
import { statsOf } from '../fs/stats-of.ts';

/**
 * Moves what is in one folder into another of the same disk, each by the name that `nameOf` gives it, no two of which are
 * the same; nothing there is written over.
 */
export async function moveInto(
  temporary: string,
  folder: string,
  nameOf: (name: string) => string = (name) => name,
): Promise<void> {
  const names = await readdir(temporary);
  if (names.length === 0) return;
  makeFolder(folder);
  for (const path of names.map((name) => join(folder, nameOf(name)))) {
    if ((await statsOf(path)) !== undefined) {
      throw new UserError(`"${path}" already exists`, {
        code: 'outputs',
        hint: 'move it away: outputs are never written over anything',
      });
    }
  }
  for (const name of names) await rename(join(temporary, name), join(folder, nameOf(name)));
}
