import type { CodeLayer, FileEntry } from '../plan/plan.ts';
import type { FileSet } from '../recipe/recipe.ts';
import type { Locate } from './layer/archive.ts';
import { baseOf, fileOf } from './scan.ts';

/** Where the entries of a layer are on this machine. */
export function locator(root: string): Locate {
  const bases = new Map<FileSet, string>();
  return ({ files }: CodeLayer, { path }: FileEntry) => {
    if (files.kind === 'listed') return fileOf(root, files, path);
    const base = bases.get(files) ?? baseOf(root, files);
    bases.set(files, base);
    return `${base}/${path}`;
  };
}
