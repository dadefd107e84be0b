import { UserError } from '../errors.ts';
import type { FileSet } from '../recipe/recipe.ts';
import type { Facts, FileEntry } from './plan.ts';

/** The files of a set, as the scan found them; throws for a set that nobody asked for. */
export function entriesOf(set: FileSet, { files }: Facts): readonly FileEntry[] {
  const entries = files.get(set);
  if (entries === undefined) throw new Error('a file set of the recipe was not looked at');
  return entries;
}

/** Files that are mounted for a step: a link would lead to nowhere there. */
export function filesOf(set: FileSet, facts: Facts): readonly FileEntry[] {
  const entries = entriesOf(set, facts);
  const links = entries.filter(({ kind }) => kind === 'link');
  if (links.length === 0) return entries;
  throw UserError.of(
    links.map(({ path, content }) => ({
      level: 'error',
      code: 'linked-file',
      message: `"${path}" is a symbolic link to "${content}", which is not in the image while packages are installed`,
      hint: 'name the file that it leads to: image: { requirements: … }',
      location: { file: path },
    })),
  );
}
