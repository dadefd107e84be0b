import type { Tables } from '../../fit/tables.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { readTextFile } from '../../io/fs/text-file.ts';

/** The organisation's rows above ours, as the input `data` or the defaults file names them; undefined: ours are all. */
export async function readFitTables({
  data,
  defaults,
}: Pick<Inputs, 'data' | 'defaults'>): Promise<Tables | undefined> {
  const path = data ?? (defaults === undefined ? undefined : await pathIn(defaults));
  const text = path === undefined ? undefined : await readTextFile(path);
  if (path === undefined || text === undefined) return undefined;
  const { readOwnRows } = await import('../../fit/own-rows.ts');
  return readOwnRows(text, path);
}

async function pathIn(defaults: string): Promise<string | undefined> {
  const text = await readTextFile(defaults);
  if (text === undefined) return undefined;
  const { dataOf } = await import('../../jobspec/parse.ts');
  return dataOf({ path: defaults, text, format: 'jobimg' });
}
