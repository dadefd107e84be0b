import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../errno.ts';

/**
 * What this program writes below a checkout. A commit may have anything where it is to stand: a link would take what is
 * written elsewhere, so that none is followed.
 */
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Makes a folder; one that is there must be a folder itself, and no link to one. The folder above it must be there. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    if (!lstatSync(path).isDirectory()) throw inTheWay(path, 'is not a folder');
  }
}

/** Opens a new file in place of one of ours, which an earlier attempt may have left. */
export function openNew(path: string, mode: number): number {
  if (find(path) !== undefined) rmSync(path);
  return openSync(path, NEW, mode);
}

/** Opens one of our files to go on with it. */
export function openAgain(path: string, mode: number): number {
  if (find(path) === undefined) return openSync(path, NEW, mode);
  return openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
}

/** Writes beside its place, and moves it there whole. */
export function replaceFile(path: string, text: string): void {
  find(path);
  const fresh = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeNew(fresh, text);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Writes a file where there is nothing; what is there stays. */
export function writeFresh(path: string, text: string): void {
  try {
    writeNew(path, text);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw new UserError(`"${path}" exists already, and nothing is written`, {
      code: 'in-the-way',
      hint: 'remove it, or move it away',
    });
  }
}

function writeNew(path: string, text: string): void {
  const descriptor = openSync(path, NEW, 0o644);
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** undefined when there is nothing; throws for anything but a regular file. */
function find(path: string): Stats | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return stats;
  throw inTheWay(path, stats.isSymbolicLink() ? 'is a link' : 'is not a file');
}

function inTheWay(path: string, what: string): UserError {
  return new UserError(`"${path}" ${what}, and nothing is written there`, {
    code: 'in-the-way',
    hint: 'remove it from the repository, or move it away',
  });
}
