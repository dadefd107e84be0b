import { posix } from 'node:path';
import { type Finding, UserError } from '../../errors.ts';
import type { FileEntry } from '../../plan/plan.ts';
import { RUNS_LINK } from '../../recipe/ignore/paths.ts';

/** What a person should know about files that are about to enter an image. */

const MEGABYTE = 1_000_000;
const LARGE = 200 * MEGABYTE;
const SHOWN = 5;
/** A part of a folder that is nearly all of it. */
const MOST = 0.9;

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
      message: `only the Git LFS pointer is checked out for ${some(pointers)}`,
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
      message: `links that point out of the code enter the image as they are: ${some(leaving)}`,
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
      message: `${megabytes(total)} of code enter the image; most of it: ${biggestFolders(entries)}`,
      hint: 'leave data and checkpoints out with .dockerignore',
    },
  ];
}

/** The three largest things in the set's own folder, with their sizes. */
export function biggestFolders(entries: readonly Sized[]): string {
  return largest(entries)
    .map(([name, size]) => `${name} (${megabytes(size)})`)
    .join(', ');
}

/** What so many files are, and how to leave them out: with the places that most of it is in. */
export function tooLarge(entries: readonly Sized[]): UserError {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const places = largest(entries).map(
    ([name, size]) => `${descend(name, size, entries)} (${megabytes(size)})`,
  );
  return new UserError(`more than 2 GiB of files would enter the image: ${megabytes(total)}`, {
    code: 'too-large',
    hint: `most of it is in ${places.join(', ')}: write data into .dockerignore, a line for each, or bring it in with \`inputs\` or \`mounts\``,
  });
}

export function tooMany(paths: readonly string[], most: number): UserError {
  const each = paths.map((path) => ({ path, size: 1 }));
  const places = largest(each).map(([name, count]) => `${descend(name, count, each)} (${count})`);
  return new UserError(`more than ${most} files would enter the image`, {
    code: 'too-many-files',
    hint: `most of them are in ${places.join(', ')}: write data into .dockerignore, a line for each, or bring it in as one archive`,
  });
}

type Sized = Pick<FileEntry, 'path' | 'size'>;

function largest(entries: readonly Sized[], below = ''): readonly (readonly [name: string, size: number])[] {
  const sizes = new Map<string, number>();
  for (const { path, size } of entries) {
    if (!path.startsWith(below)) continue;
    const end = path.indexOf('/', below.length);
    const name = end < 0 ? path : path.slice(0, end + 1);
    sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  return [...sizes].toSorted((one, other) => other[1] - one[1]).slice(0, 3);
}

/** The place below that nearly all of a folder is in, so that the line for it leaves out nothing else. */
function descend(folder: string, size: number, entries: readonly Sized[]): string {
  if (!folder.endsWith('/')) return folder;
  const [first] = largest(entries, folder);
  if (first === undefined || first[1] < size * MOST) return folder;
  return descend(first[0], first[1], entries);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`;
}

/** One line that says what did not enter; none when everything did. */
export function leftOutFinding(names: readonly string[], git: boolean, what: string): readonly Finding[] {
  const theirs = names.filter((name) => name !== RUNS_LINK).toSorted();
  if (theirs.length === 0 && !git) return [];
  const parts = [...(git ? ['what Git ignores'] : []), ...(theirs.length > 0 ? [some(theirs)] : [])];
  return [{ level: 'notice', code: 'left-out', message: `left out of ${what}: ${parts.join(', ')}` }];
}

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN).map((path) => JSON.stringify(path));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
