import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../recipe/ignore/ignore.ts';
import { hasCode, unreadable } from './guard.ts';
import { addEntry, type FolderListing, refuseName } from './listing.ts';

interface Folder {
  /** '' is the set's own folder. */
  readonly path: string;
  readonly verdict?: Verdict | undefined;
}

/** Looks through a folder without following links; folders that nothing can enter from are not opened. */
export function walk(listing: FolderListing, start: string): void {
  const folders: Folder[] = [{ path: start, verdict: verdictOf(listing, start) }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(listing, folder.path)) folders.push(...visit(listing, folder, entry));
  }
}

/** The verdict for the folder where a walk starts, made of those of the folders above it. */
function verdictOf(listing: FolderListing, path: string): Verdict | undefined {
  if (path === '') return undefined;
  const above = path.includes('/') ? verdictOf(listing, path.slice(0, path.lastIndexOf('/'))) : undefined;
  return listing.rules.ignore.visit(path, above);
}

/** The folders to go on with. */
function visit(listing: FolderListing, folder: Folder, entry: Dirent): readonly Folder[] {
  const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
  const verdict = listing.rules.ignore.visit(path, folder.verdict);
  if (entry.isDirectory() && !verdict.prune) return [{ path, verdict }];
  if (verdict.ignored) listing.leftOut.add(entry.isDirectory() ? `${path}/` : path);
  else addEntry(listing, path, entry);
  return [];
}

export function entriesOf(listing: FolderListing, path: string): readonly Dirent[] {
  try {
    return readdirSync(join(listing.base, path), { withFileTypes: true });
  } catch (error) {
    if (path.includes('\uFFFD') && hasCode(error, 'ENOENT')) {
      refuseName(path, listing.findings);
      return [];
    }
    throw unreadable(path === '' ? listing.base : path, error);
  }
}
