import {
  closeSync,
  createReadStream,
  fstatSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { UserError } from '../errors.ts';
import { codeOf, openFile } from './files/guard.ts';
import { BadIndex } from './git/bytes.ts';
import { BadObject, formatOf, type ObjectFormat, objectId, startObject } from './git/objects/object.ts';
import { objectReader, type ReadObject } from './git/objects/store.ts';
import { readTree, type TreeEntry, type TreeEntryKind, treeOf } from './git/objects/tree.ts';
import { type Repository, repositoryAbove } from './git/repository.ts';
import { readTracked } from './git/tracked.ts';

/**
 * How the checkout that a folder belongs to differs from a commit; undefined: each of its files is tracked, and is
 * what the commit says byte by byte, and there is no other. Nothing that Git's files say is believed but what hashes
 * to the commit. What cannot be read differs.
 */
export async function differenceFrom(folder: string, commit: string): Promise<string | undefined> {
  try {
    return await compare(folder, commit);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return reason;
  }
}

/** Anything else is a bug, and keeps its stack. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof UserError) return error.message;
  return isUnreadable(error) ? `it cannot be read: ${error.message}` : undefined;
}

/** An error of the system, or one of zlib. */
function isUnreadable(error: unknown): error is Error {
  const code = codeOf(error);
  return code !== undefined && UNREADABLE.test(code);
}

const UNREADABLE = /^(?:E[A-Z0-9]+|Z_[A-Z_]+|ERR_BUFFER_TOO_LARGE|ERR_OUT_OF_RANGE)$/;

async function compare(folder: string, commit: string): Promise<string | undefined> {
  // A link of the checkout may lead out of it, to what no commit is asked about.
  const real = realpathSync(folder);
  const repository = repositoryAbove(real);
  if (repository === undefined) return 'it is not a Git checkout';
  const { root, gitFolder } = repository;
  if (!lstatSync(join(root, '.git')).isDirectory()) return '".git" points elsewhere, and is not followed';
  if (relative(root, real).split('/')[0] === '.git') return 'it is a folder of Git itself';

  const format = formatOf(commit);
  if (format === undefined) return `"${commit}" is not a commit`;
  const read = objectReader(gitFolder);
  const tree = named(commit, () => treeOf(read(commit)));
  const comparison: Comparison = { root, read, format, tracked: trackedIn(repository), seen: new Set() };
  return (await compareFolder(comparison, '', tree)) ?? untracked(comparison);
}

interface Comparison {
  readonly root: string;
  readonly read: ReadObject;
  readonly format: ObjectFormat;
  /** What the index has. */
  readonly tracked: ReadonlySet<string>;
  /** What the commit has, as far as it was looked at. */
  readonly seen: Set<string>;
}

function trackedIn(repository: Repository): ReadonlySet<string> {
  const { files, submodules } = readTracked(repository);
  return new Set([...files, ...submodules]);
}

/** The index says which files enter an image, so it has to have those of the commit. */
function untracked({ tracked, seen }: Comparison): string | undefined {
  const path = [...seen].find((one) => !tracked.has(one)) ?? [...tracked].find((one) => !seen.has(one));
  return path === undefined ? undefined : `whether ${JSON.stringify(path)} is tracked differs in its index`;
}

async function compareFolder(
  comparison: Comparison,
  folder: string,
  tree: string,
): Promise<string | undefined> {
  const { root, read, format } = comparison;
  const entries = named(tree, () => readTree(read(tree), format));
  const missing = new Map(entries.map((entry) => [entry.name, entry] as const));
  for (const name of namesIn(root, folder)) {
    const entry = missing.get(name);
    const path = join(folder, name);
    if (entry === undefined) {
      if (holdsNoFile(join(root, path))) continue;
      return `${JSON.stringify(path)} is not in the commit`;
    }
    missing.delete(name);
    const difference = await compareEntry(comparison, path, entry);
    if (difference !== undefined) return difference;
  }
  const [absent] = missing.keys();
  return absent === undefined ? undefined : `${JSON.stringify(join(folder, absent))} is missing`;
}

/** A `.git` that is not the repository's own is a file like any other: no commit can have one. */
function namesIn(root: string, folder: string): readonly string[] {
  const names = readdirSync(join(root, folder));
  return folder === '' ? names.filter((name) => name !== '.git') : names;
}

/** Git keeps files alone, so a commit says nothing of a folder that holds none. A repository inside is more than that. */
function holdsNoFile(path: string): boolean {
  if (basename(path) === '.git' || !lstatSync(path).isDirectory()) return false;
  return readdirSync(path).every((name) => holdsNoFile(join(path, name)));
}

async function compareEntry(
  comparison: Comparison,
  path: string,
  { kind, id }: TreeEntry,
): Promise<string | undefined> {
  const file = join(comparison.root, path);
  if (kindAt(file, kind) !== kind) return `${JSON.stringify(path)} is of a different kind than in the commit`;
  if (kind === 'folder') return await compareFolder(comparison, path, id);
  comparison.seen.add(path);
  if (kind === 'submodule') {
    return readdirSync(file).length === 0
      ? undefined
      : `the submodule ${JSON.stringify(path)} is checked out`;
  }
  const { format } = comparison;
  const hash = kind === 'link' ? linkId(file, format) : await fileId(file, format);
  return hash === id ? undefined : `${JSON.stringify(path)} has different contents than in the commit`;
}

/** As Git sees it: of the permissions, it keeps whether the owner may execute a file. */
function kindAt(file: string, expected: TreeEntryKind): TreeEntryKind | undefined {
  const stats = lstatSync(file);
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return expected === 'submodule' ? 'submodule' : 'folder';
  if (!stats.isFile()) return undefined;
  return (stats.mode & 0o100) === 0 ? 'file' : 'executable';
}

function linkId(file: string, format: ObjectFormat): string {
  return objectId({ type: 'blob', content: readlinkSync(file, { encoding: 'buffer' }) }, format);
}

async function fileId(file: string, format: ObjectFormat): Promise<string> {
  const fd = openFile(file);
  try {
    const hash = startObject('blob', fstatSync(fd).size, format);
    for await (const piece of createReadStream(file, { fd, autoClose: false })) hash.update(piece as Buffer);
    return hash.digest('hex');
  } finally {
    closeSync(fd);
  }
}

/** What is wrong with an object is reported with its id. */
function named<T>(id: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadObject || error instanceof BadIndex) {
      throw new UserError(`the object ${id} ${error.message}`);
    }
    if (isUnreadable(error)) throw new UserError(`the object ${id} cannot be read: ${error.message}`);
    throw error;
  }
}
