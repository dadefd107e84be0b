import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { BadIndex } from './bytes.ts';
import { BadObject, formatOf, type GitObject, type ObjectFormat } from './objects/object.ts';
import { objectReader, type ReadObject } from './objects/store.ts';
import { readTree, treeOf } from './objects/tree.ts';
import { readGitFile, repositoryAbove } from './repository.ts';

const MOST = 67_108_864;

/** Where the work tree of a folder begins; undefined: Git knows nothing of it. */
export function rootOf(folder: string): string | undefined {
  return repositoryAbove(realpathSync(folder))?.root;
}

/** What changes are compared with: the branch that a clone began with, else the commit that is checked out. */
export function commitBefore(folder: string): string | undefined {
  const gitFolder = commonFolder(folder);
  if (gitFolder === undefined) return undefined;
  return (
    commitAt(gitFolder, gitFolder, 'refs/remotes/origin/HEAD') ??
    commitAt(gitFolder, ownFolder(folder), 'HEAD')
  );
}

/** A file of a commit; undefined: it has none. */
export function readCommitted(folder: string, commit: string, path: string): string | undefined {
  const gitFolder = commonFolder(folder);
  const format = formatOf(commit);
  if (gitFolder === undefined || format === undefined) return undefined;
  try {
    const read = objectReader(gitFolder);
    const object = objectAt(read, treeOf(read(commit)), path.split('/'), format);
    return object?.type === 'blob' ? object.content.toString('utf8') : undefined;
  } catch (error) {
    if (!(error instanceof BadObject || error instanceof BadIndex)) throw error;
    throw new UserError(
      `"${path}" of the commit ${commit.slice(0, 12)} cannot be read: an object ${error.message}`,
      {
        code: 'git',
      },
    );
  }
}

function objectAt(
  read: ReadObject,
  id: string,
  [name, ...rest]: readonly string[],
  format: ObjectFormat,
): GitObject | undefined {
  const object = read(id);
  if (name === undefined) return object;
  if (object.type === 'blob') return undefined;
  const entry = readTree(object, format).find((one) => one.name === name);
  return entry === undefined ? undefined : objectAt(read, entry.id, rest, format);
}

/** A reference may name another one. */
function commitAt(common: string, gitFolder: string, name: string, hops = 0): string | undefined {
  const text = textOf(join(gitFolder, name));
  const ref = /^ref: (refs\/[^\0]+)$/.exec(text)?.[1];
  if (ref !== undefined && !ref.includes('..'))
    return hops > 4 ? undefined : commitAt(common, common, ref, hops + 1);
  if (formatOf(text) !== undefined) return text;
  const line = textOf(join(common, 'packed-refs'))
    .split('\n')
    .find((one) => one.endsWith(` ${name}`));
  const packed = line?.split(' ', 1)[0] ?? '';
  return formatOf(packed) === undefined ? undefined : packed;
}

function ownFolder(folder: string): string {
  return repositoryAbove(realpathSync(folder))?.gitFolder ?? '';
}

/** Work trees beside the first one share its objects and branches: https://git-scm.com/docs/gitrepository-layout */
function commonFolder(folder: string): string | undefined {
  const own = repositoryAbove(realpathSync(folder))?.gitFolder;
  if (own === undefined) return undefined;
  const common = textOf(join(own, 'commondir'));
  return common === '' ? own : resolve(own, common);
}

function textOf(path: string): string {
  return readGitFile(path, MOST)?.toString().trim() ?? '';
}
