import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../../io/errno.ts';
import { replaceFile } from '../../io/fs/own-files.ts';
import type { RunPlace } from './paths.ts';

/**
 * A link of the repository's folder to the runs, for people who look for them there. Git is told not to see it, in a file
 * that no commit has. Where anything is in the way there is none: nothing but people needs it.
 */
export function linkRuns({ folder, link }: RunPlace, excludeFile: string | undefined): void {
  if (link === undefined || isThere(link)) return;
  try {
    if (isBelowGit(dirname(link))) {
      if (excludeFile === undefined) return;
      exclude(excludeFile, basename(link));
    }
    symlinkSync(folder, link);
  } catch (error) {
    // A checkout that cannot be written to, a link that was planted, a system without links.
    if (!(error instanceof UserError) && errnoOf(error) === undefined) throw error;
  }
}

/** Whatever it is: a link of ours, or somebody else's. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isBelowGit(folder: string): boolean {
  if (isThere(join(folder, '.git'))) return true;
  const above = dirname(folder);
  return above !== folder && isBelowGit(above);
}

/** https://git-scm.com/docs/gitignore : patterns of one repository that are not shared with others. */
function exclude(file: string, name: string): void {
  for (const folder of [dirname(dirname(file)), dirname(file)])
    if (!lstatSync(folder).isDirectory()) throw new UserError(`"${folder}" is not a folder`);
  const text = isThere(file) ? readPlain(file) : '';
  if (text.split('\n').includes(name)) return;
  replaceFile(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${name}\n`);
}

/** A link is for `replaceFile` to refuse, and is not read. */
function readPlain(file: string): string {
  return lstatSync(file).isFile() ? readFileSync(file, 'utf8') : '';
}
