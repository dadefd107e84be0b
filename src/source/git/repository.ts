import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { hasCode, unreadable, withOpenFile } from '../files/guard.ts';

/** A repository with a work tree. */
export interface Repository {
  /** Where the work tree begins: the folder that holds `.git`. */
  readonly root: string;
  /** Where Git keeps the index: `.git` itself, or the folder that a `.git` file names. */
  readonly gitFolder: string;
}

/** A pointer has one line. */
const MAX_POINTER = 65_536;

/** The repository that a folder belongs to. A folder that is itself a bare repository is none. */
export function repositoryAbove(folder: string): Repository | undefined {
  const found = repositoryAt(folder);
  const above = dirname(folder);
  return found ?? (above === folder ? undefined : repositoryAbove(above));
}

/** The repository whose work tree begins in this folder. */
export function repositoryAt(root: string): Repository | undefined {
  const git = join(root, '.git');
  const stats = statsOf(git);
  if (stats === undefined) return undefined;
  const gitFolder = stats.isFile() ? pointedAt(root, git) : git;
  return gitFolder !== undefined && isGitFolder(gitFolder) ? { root, gitFolder } : undefined;
}

/** A folder that we may not look into is for whoever opens it to complain of. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (hasCode(error, 'EACCES', 'ENOTDIR')) return undefined;
    throw unreadable(path, error);
  }
}

/** In a work tree beside the first one and in a submodule, `.git` is a file. https://git-scm.com/docs/gitrepository-layout */
function pointedAt(root: string, file: string): string | undefined {
  const named = /^gitdir: (.+?)[\r\n]*$/s.exec(readGitFile(file, MAX_POINTER)?.toString() ?? '')?.[1];
  return named === undefined || named.includes('\0') ? undefined : resolve(root, named);
}

function isGitFolder(folder: string): boolean {
  const has = (name: string): boolean => exists(join(folder, name));
  return has('HEAD') && (has('commondir') || (has('objects') && has('refs')));
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (hasCode(error, 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) return false;
    throw unreadable(path, error);
  }
}

/** undefined when there is no such file, or something else in its place: a link, a folder, a FIFO. */
export function readGitFile(path: string, maximum: number): Buffer | undefined {
  try {
    return withOpenFile(path, (descriptor, stats) => {
      if (!stats.isFile()) return undefined;
      if (stats.size > maximum) throw tooLarge(path, maximum);
      return readFileSync(descriptor);
    });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return undefined;
    throw unreadable(path, error);
  }
}

function tooLarge(path: string, maximum: number): UserError {
  return new UserError(`"${path}" is larger than ${maximum} bytes`, {
    code: 'file-too-large',
    hint: 'a file of this kind is far smaller: repair the repository',
  });
}
