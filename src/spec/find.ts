import { dirname, join } from 'node:path/posix';
import { UserError } from '../errors.ts';
import type { Tree } from '../recipe/recipe.ts';
import { FORMATS, formatOf } from './formats.ts';
import { parseFilePath } from './paths.ts';
import type { SpecFile } from './spec-file.ts';
import { didYouMean } from './suggest.ts';

const SMALLEST = 'write a file jobimg.yml with, for example, this line: run: python train.py';

/** The spec that was asked for, else the first that stands where specs stand. */
export function findSpec(tree: Tree, path: string | undefined): SpecFile {
  if (path !== undefined) return readSpec(tree, parseFilePath(path));
  const names = FORMATS.flatMap(({ fileNames }) => fileNames);
  for (const folder of ['', '.github']) {
    const candidates = names.filter((name) => folderOf(name) === folder && tree.has(name));
    if (candidates.length > 1) throw ambiguous(candidates);
    const [found] = candidates;
    if (found !== undefined) return readSpec(tree, found);
  }
  throw new UserError('no job spec was found', { code: 'no-spec', hint: SMALLEST });
}

function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}

function ambiguous(candidates: readonly string[]): UserError {
  return new UserError(`two specs: ${candidates.map((name) => `"${name}"`).join(' and ')}`, {
    code: 'two-specs',
    hint: 'remove one, or name the one that holds with the input "spec" (--spec)',
    location: { file: candidates[0] ?? '' },
  });
}

function readSpec(tree: Tree, path: string): SpecFile {
  const text = tree.text(path);
  if (text !== undefined) return { path, text, format: formatOf(path, text).name };
  const folder = dirname(path);
  const beside = tree.list(folder === '.' ? '' : folder).map((name) => join(folder, name));
  throw new UserError(`the spec "${path}" does not exist`, {
    code: 'no-spec',
    hint: didYouMean(path, beside) ?? SMALLEST,
  });
}
