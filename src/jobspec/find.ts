import { dirname, join } from 'node:path/posix';
import { UserError } from '../errors.ts';
import type { SpecFile } from './file/spec-file.ts';
import type { Tree } from './file/tree.ts';
import type { Format } from './format/format.ts';
import { FORMATS, formatOf, recognisedFormat } from './formats/table.ts';
import { parseFilePath } from './values/paths.ts';
import { didYouMean } from './values/suggest.ts';

const SMALLEST = 'write a file jobimg.yml with, for example, this line: run: python train.py';

const NO_SPEC = `${SMALLEST}; or name the folder of the repository with the input "working-directory" (-C)`;

/** The files that were asked for as one spec, else the first that stands where specs stand; `root` is for a message. */
export function findSpec(tree: Tree, paths: readonly string[], root = 'the repository'): SpecFile {
  if (paths.length > 1) return readSeveral(tree, paths.map(parseFilePath));
  const [path] = paths;
  if (path !== undefined) return readSpec(tree, parseFilePath(path));
  const names = FORMATS.flatMap(({ fileNames }) => fileNames);
  for (const folder of ['', '.github']) {
    const candidates = names.filter((name) => folderOf(name) === folder && tree.has(name));
    if (candidates.length > 1) throw ambiguous(candidates);
    const [found] = candidates;
    if (found !== undefined) return readSpec(tree, found);
  }
  throw new UserError(`no job spec was found in ${root}`, { code: 'no-spec', hint: NO_SPEC });
}

function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}

function ambiguous(candidates: readonly string[]): UserError {
  return new UserError(`two specs: ${candidates.map((name) => `"${name}"`).join(' and ')}`, {
    code: 'two-specs',
    hint: 'remove one, or name the one to use with the input "spec" (--spec)',
    location: { file: candidates[0] ?? '' },
  });
}

/** A file that is laid over another may be too short to tell what it is: the others then decide. */
function readSeveral(tree: Tree, paths: readonly string[]): SpecFile {
  const files = paths.map((path) => ({ path, text: readText(tree, path) }));
  const recognised = files.flatMap(({ path, text }) => recognisedFormat(path, text) ?? []);
  const format = recognised.find(({ merges }) => merges === true);
  const other = recognised.find((one) => one !== format);
  if (format === undefined || other !== undefined) throw notMerged(paths, format, other);
  const [first = { path: '', text: '' }, ...over] = files;
  return { ...first, format: format.name, over };
}

function notMerged(paths: readonly string[], merging?: Format, other?: Format): UserError {
  const names = paths.map((path) => `"${path}"`).join(', ');
  const mixed = merging !== undefined && other !== undefined;
  const why = mixed ? `one is a ${merging.name} file, one of ${other.name}` : 'only polyaxonfiles are merged';
  return new UserError(`${names} cannot be combined into one spec: ${why}`, {
    code: 'several-specs',
    hint: mixed
      ? 'name files of one format'
      : 'name one file; what several specs share goes into a file of defaults (input "defaults", --defaults)',
    location: { file: paths[0] ?? '' },
  });
}

function readSpec(tree: Tree, path: string): SpecFile {
  const text = readText(tree, path);
  return { path, text, format: formatOf(path, text).name };
}

function readText(tree: Tree, path: string): string {
  const text = tree.text(path);
  if (text !== undefined) return text;
  const folder = dirname(path);
  const beside = tree.list(folder === '.' ? '' : folder).map((name) => join(folder, name));
  throw new UserError(`the spec "${path}" does not exist`, {
    code: 'no-spec',
    hint: didYouMean(path, beside) ?? SMALLEST,
  });
}
