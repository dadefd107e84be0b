import { posix } from 'node:path';
import type { Finding } from '../errors.ts';
import type { FileEntry } from '../plan/plan.ts';

/** What a person should know about files that are about to enter an image. */

const MEGABYTE = 1_000_000;
const LARGE = 200 * MEGABYTE;
const SHOWN = 5;

const LFS_START = Buffer.from('version https://git-lfs.github.com/spec/v');

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: a pointer is a text of less than 1,024 bytes. */
export function isLfsPointer(entry: FileEntry, start: Uint8Array): boolean {
  if (entry.kind !== 'file' || entry.size >= 1_024) return false;
  return LFS_START.equals(start.subarray(0, LFS_START.length));
}

export function lfsFinding(pointers: readonly string[]): readonly Finding[] {
  if (pointers.length === 0) return [];
  return [
    {
      level: 'error',
      code: 'lfs-pointer',
      message: `only the Git LFS pointer is there of ${some(pointers)}`,
      hint: 'run `git lfs pull`; in a workflow, write `with: { lfs: true }` at actions/checkout',
    },
  ];
}

/** Findings that need no look at the disk. */
export function survey(entries: readonly FileEntry[]): readonly Finding[] {
  return [...leavingLinks(entries), ...keyFiles(entries), ...largeFolders(entries)];
}

function leavingLinks(entries: readonly FileEntry[]): readonly Finding[] {
  const leaving = entries
    .filter((entry) => entry.kind === 'link' && leaves(entry))
    .map((entry) => entry.path);
  if (leaving.length === 0) return [];
  return [
    {
      level: 'warning',
      code: 'link-outside',
      message: `links that lead out of the code enter as they are: ${some(leaving)}`,
      hint: 'what they point at must be in the image; otherwise leave them out with .dockerignore',
    },
  ];
}

function leaves(link: FileEntry): boolean {
  if (posix.isAbsolute(link.content)) return true;
  const target = posix.join(posix.dirname(link.path), link.content);
  return target === '..' || target.startsWith('../');
}

function keyFiles(entries: readonly FileEntry[]): readonly Finding[] {
  const keys = entries.filter((entry) => /\.(pem|key)$/i.test(entry.path)).map((entry) => entry.path);
  if (keys.length === 0) return [];
  return [
    {
      level: 'warning',
      code: 'key-file',
      message: `files that may be private keys enter the image: ${some(keys)}`,
      hint: 'leave them out with .dockerignore',
    },
  ];
}

function largeFolders(entries: readonly FileEntry[]): readonly Finding[] {
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total <= LARGE) return [];
  return [
    {
      level: 'warning',
      code: 'large-code',
      message: `${megabytes(total)} of code enter the image; the most of it: ${biggestFolders(entries)}`,
      hint: 'leave data and checkpoints out with .dockerignore',
    },
  ];
}

/** The three largest things in the set's own folder, with their sizes. */
export function biggestFolders(entries: readonly Pick<FileEntry, 'path' | 'size'>[]): string {
  const sizes = new Map<string, number>();
  for (const { path, size } of entries) {
    const end = path.indexOf('/');
    const name = end < 0 ? path : path.slice(0, end + 1);
    sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  const biggest = [...sizes].toSorted((one, other) => other[1] - one[1]).slice(0, 3);
  return biggest.map(([name, size]) => `${name} (${megabytes(size)})`).join(', ');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`;
}

/** One line that says what did not enter; none when everything did. */
export function leftOutFinding(names: readonly string[], git: boolean): readonly Finding[] {
  if (names.length === 0 && !git) return [];
  const parts = [...(git ? ['what Git ignores'] : []), ...(names.length > 0 ? [some(names.toSorted())] : [])];
  return [{ level: 'notice', code: 'left-out', message: `left out of the code: ${parts.join(', ')}` }];
}

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN).map((path) => JSON.stringify(path));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
