import { normalize } from 'node:path/posix';
import { UserError } from '../../errors.ts';
import { parseOneLine } from './names.ts';

const MAX_LENGTH = 4096;

/**
 * A path below the repository's root (or the work directory), normalised; a slash at the end is kept.
 * This is the lexical half of the check: links are followed, and refused, where files are opened.
 */
export function parseRelativePath(text: string): string {
  parseOneLine(text);
  const problem = problemOf(text);
  if (problem !== undefined) {
    throw new UserError(`the path "${text}" ${problem}`, {
      hint: isGitsOwn(text)
        ? 'name a file of the repository itself'
        : 'write it relative to the root of the repository',
    });
  }
  return normalize(text).replace(/^\.\//, '');
}

/** As a relative path; the root itself, `.`, is one too. */
export function parseFolder(text: string): string {
  const path = parseRelativePath(text).replace(/\/$/, '');
  return path === '' ? '.' : path;
}

/** A path of one file or folder, not the root. */
export function parseFilePath(text: string): string {
  const path = parseRelativePath(text);
  if (path !== '.' && path !== './' && path !== '') return path;
  throw new UserError(`"${text}" is the whole folder`, { hint: 'write a file or folder in it' });
}

/** An output of a job, relative to its work directory; checked again when its placeholders are filled. */
export function parseOutputPath(text: string): string {
  const path = parseFilePath(text);
  if (!/[*?[\]]/.test(path)) return path;
  throw new UserError(`"${text}" is a pattern`, { hint: 'write the folder; it is collected whole' });
}

/** The folder of a job's checkpoint, without a slash at its end. */
export function parseCheckpoint(text: string): string {
  const path = parseOutputPath(text).replace(/\/+$/, '');
  if (!text.includes('{{')) return path;
  throw new UserError(`"${text}" has a placeholder`, {
    hint: 'write a fixed path: each run has a checkpoint of its own',
  });
}

/** The one file that a job writes its metrics to. */
export function parseMetricsPath(text: string): string {
  const path = parseFilePath(text);
  const problem = /[*?[\]]/.test(path) ? 'is a pattern' : path.endsWith('/') ? 'is a folder' : undefined;
  if (problem === undefined) return path;
  throw new UserError(`"${text}" ${problem}`, { hint: 'write the file; other files come back as `outputs`' });
}

/** A pattern of files of the repository. */
export function parseGlob(text: string): string {
  return parseRelativePath(text);
}

/** Whether a path leads into a folder `.git`, where tokens of the checkout are; file systems may know no case. */
export function isGitsOwn(path: string): boolean {
  return path.split('/').some((part) => part.toLowerCase() === '.git');
}

function problemOf(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (text.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (text.startsWith('/') || /^[A-Za-z]:/.test(text)) return 'is absolute';
  if (text.startsWith('~')) return 'begins in a home folder';
  if (text.includes('\\')) return 'has a backslash';
  const normal = normalize(text);
  if (normal === '..' || normal.startsWith('../')) return 'leaves the repository';
  if (isGitsOwn(normal)) return 'is in ".git", which is not part of the code';
  return undefined;
}
