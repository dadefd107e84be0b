import { UserError } from '../../errors.ts';
import { readOwnRows } from '../../fit/own-rows.ts';
import type { Tables } from '../../fit/tables.ts';
import type { Tools } from '../../tools/tools.ts';

/** undefined: no file of rows is named, and ours are all there are. */
export async function readTables(
  path: string | undefined,
  { readText }: Pick<Tools, 'readText'>,
): Promise<Tables | undefined> {
  if (path === undefined) return undefined;
  const text = await readText(path);
  if (text !== undefined) return readOwnRows(text, path);
  throw new UserError(`the file of rows "${path}" does not exist`, {
    hint: 'check the input "data" (--data), or "data" in the defaults file',
  });
}
