import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { addEntry, type FolderListing } from '../files/listing.ts';
import { entriesOf, walk } from '../files/walk.ts';
import { asBytes, isIgnored, type Rules, rulesBelow } from './ignored.ts';
import { type Repository, repositoryAbove, repositoryAt } from './repository.ts';
import { readTracked, type Tracked } from './tracked.ts';

/**
 * Adds what `git ls-files --cached --others` names below a folder, and what it names in submodules and repositories
 * inside; everything when there is no repository. Only the `.gitignore` files of the work tree count, so that a
 * commit has the same files on every machine. Git itself is not started: a configuration that comes with foreign
 * files can make it run programs.
 */
export function listGit(listing: FolderListing, start = ''): void {
  const folder = join(listing.base, start);
  const repository = repositoryAbove(folder);
  // Nothing at all: no repository, or one further up that ignores this whole folder.
  if (repository === undefined || !listRepository(listing, start, repository)) walk(listing, start);
}

interface Work {
  readonly listing: FolderListing;
  readonly tracked: Tracked;
  /** Repositories inside, to be looked through by their own rules. */
  readonly inner: string[];
  /** Whether the repository knows anything below the folder where this begins. */
  found: boolean;
}

interface Folder {
  /** In the listing. */
  readonly path: string;
  /** In the repository, as text and as bytes. */
  readonly inside: string;
  readonly bytes: string;
  /** It is ignored, or a folder above it: only what is tracked enters. */
  readonly ignored: boolean;
  /** Of the folders above it. */
  readonly rules: Rules | undefined;
}

/** False when the repository knows nothing below the folder. */
function listRepository(listing: FolderListing, start: string, repository: Repository): boolean {
  const tracked = readTracked(repository);
  const first = firstFolder(join(listing.base, start), start, repository, tracked);
  if (first === undefined) return false;
  const work: Work = { listing, tracked, inner: [], found: isAboveTracked(first.inside, tracked) };
  const folders = [first];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const next of lookThrough(work, folder)) folders.push(next);
  }
  for (const path of work.inner) listInner(listing, path);
  return work.found || work.inner.length > 0;
}

/** The folders to go on with. */
function lookThrough(work: Work, folder: Folder): readonly Folder[] {
  const { entries, rules } = lookInto(work.listing, folder);
  const here = { ...folder, rules };
  return entries.flatMap((entry) => visit(work, here, entry) ?? []);
}

interface Inside {
  readonly entries: readonly Dirent[];
  readonly rules: Rules | undefined;
}

/** A folder that may not be read does not matter where nothing of it can enter. */
function lookInto(listing: FolderListing, { path, bytes, ignored, rules }: Folder): Inside {
  try {
    const entries = entriesOf(listing, path);
    return { entries, rules: ignored ? rules : rulesBelow(join(listing.base, path), bytes, rules) };
  } catch (error) {
    if (path === '' || !listing.rules.ignore.prunes(path)) throw error;
    addLeftOut(listing, `${path}/`);
    return { entries: [], rules };
  }
}

function isAboveTracked(folder: string, { files, submodules, folders }: Tracked): boolean {
  return folder === '' ? files.size + submodules.size > 0 : folders.has(folder);
}

/** Where to begin, with the rules of the folders above it; undefined where Git has no files: in `.git`, in a submodule. */
function firstFolder(real: string, path: string, { root }: Repository, tracked: Tracked): Folder | undefined {
  let folder: Folder = { path, inside: '', bytes: '', ignored: false, rules: undefined };
  for (const name of relative(root, real).split('/')) {
    if (name === '') continue;
    if (name === '.git') return undefined;
    const rules = rulesBelow(join(root, folder.inside), folder.bytes, folder.rules);
    const inside = below(folder.inside, name);
    if (tracked.submodules.has(inside)) return undefined;
    const bytes = asBytes(inside);
    folder = { path, inside, bytes, rules, ignored: folder.ignored || isIgnored(bytes, true, rules) };
  }
  return folder;
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** A folder to go on with. */
function visit(work: Work, folder: Folder, entry: Dirent): Folder | undefined {
  if (entry.name === '.git') return undefined;
  const inside = below(folder.inside, entry.name);
  const path = below(folder.path, entry.name);
  if (entry.isDirectory()) return visitFolder(work, folder, { path, inside });

  const isTracked = work.tracked.files.has(inside) || work.tracked.submodules.has(inside);
  if (!isTracked) {
    // Git knows files and links only.
    if (folder.ignored || !(entry.isFile() || entry.isSymbolicLink())) return undefined;
    if (isIgnored(asBytes(inside), false, folder.rules)) return undefined;
  }
  work.found = true;
  addFile(work.listing, path, entry);
  return undefined;
}

function visitFolder(
  { listing, tracked, inner }: Work,
  { rules, ignored }: Folder,
  { path, inside }: Pick<Folder, 'path' | 'inside'>,
): Folder | undefined {
  if (tracked.submodules.has(inside)) {
    inner.push(path);
    return undefined;
  }
  const bytes = asBytes(inside);
  const isOut = ignored || isIgnored(bytes, true, rules);
  if (!tracked.folders.has(inside)) {
    if (isOut) return undefined;
    if (repositoryAt(join(listing.base, path)) !== undefined) {
      inner.push(path);
      return undefined;
    }
  }
  return { path, inside, bytes, ignored: isOut, rules };
}

function addFile(listing: FolderListing, path: string, entry: Dirent): void {
  if (listing.rules.ignore.ignores(path)) addLeftOut(listing, path);
  else addEntry(listing, path, entry);
}

/** A submodule or a repository of its own: its files enter like any others. */
function listInner(listing: FolderListing, path: string): void {
  const folder = join(listing.base, path);
  if (listing.rules.ignore.prunes(path)) {
    listing.leftOut.add(`${path}/`);
    return;
  }
  if (readdirSync(folder).length === 0) {
    listing.findings.warning('empty-submodule', `the submodule ${JSON.stringify(path)} is empty`, {
      hint: 'check it out: git submodule update --init, in a workflow `with: { submodules: true }` at actions/checkout',
    });
  } else if (existsSync(join(folder, '.git'))) listGit(listing, path);
  else walk(listing, path);
}

/** The uppermost folder that is left out whole stands for what is in it. */
function addLeftOut(listing: FolderListing, path: string): void {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end);
    if (listing.leftOut.has(`${folder}/`)) return;
    if (!listing.rules.ignore.prunes(folder)) continue;
    listing.leftOut.add(`${folder}/`);
    return;
  }
  listing.leftOut.add(path);
}
