import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { BadIndex } from './bytes.ts';
import type { IndexEntry } from './index-entry.ts';
import { type Index, parseIndex } from './index-format.ts';
import { type Repository, readGitFile } from './repository.ts';
import { applyChanges } from './split-index.ts';

/** What the index of a repository knows; paths are relative to its work tree. */
export interface Tracked {
  readonly files: ReadonlySet<string>;
  readonly submodules: ReadonlySet<string>;
  /** Every folder that something tracked is below. */
  readonly folders: ReadonlySet<string>;
}

const MAX_INDEX = 536_870_912;

/** Nothing is tracked in a repository that has no index yet. */
export function readTracked({ gitFolder }: Repository): Tracked {
  const file = join(gitFolder, 'index');
  return named(file, () => trackedOf(entriesOf(gitFolder, readIndex(file))));
}

function entriesOf(gitFolder: string, index: Index | undefined): readonly IndexEntry[] {
  if (index?.changes === undefined) return index?.entries ?? [];
  const { entries, changes } = index;
  const file = join(gitFolder, `sharedindex.${changes.shared}`);
  const shared = named(file, () => readIndex(file));
  if (shared === undefined) throw new BadIndex(`needs "${file}", which is missing`);
  return applyChanges(shared.entries, changes, entries);
}

function readIndex(file: string): Index | undefined {
  const content = readGitFile(file, MAX_INDEX);
  if (content !== undefined) return parseIndex(content);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  throw new BadIndex('is not a file');
}

function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadIndex)) throw error;
    throw new UserError(`Git's index "${file}" ${error.message}`, {
      code: 'git-index',
      hint: 'which files are tracked is not known without it: repair the repository, or write a .dockerignore',
    });
  }
}

/** A folder of a sparse index stands for files that are not checked out. */
function trackedOf(entries: readonly IndexEntry[]): Tracked {
  const files = new Set<string>();
  const submodules = new Set<string>();
  const folders = new Set<string>();
  for (const { path, kind } of entries) {
    if (kind === 'folder') continue;
    if (kind === 'file') files.add(path);
    else submodules.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return { files, submodules, folders };
}
