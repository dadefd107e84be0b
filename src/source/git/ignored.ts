import { join } from 'node:path';
import { type IgnoreRule, readIgnoreRules } from './ignore-file.ts';
import { readGitFile } from './repository.ts';

/** The rules of a folder's `.gitignore`, and those of the folders above it. */
export interface Rules {
  /** How much of a path, in bytes, leads to the folder. */
  readonly skip: number;
  readonly own: readonly IgnoreRule[];
  readonly above: Rules | undefined;
}

/** A file of rules is written by hand, or by a tool with a line for each file that it keeps elsewhere. */
const MAX_IGNORE_FILE = 4_194_304;

/** @param path of the folder in its repository, as bytes */
export function rulesBelow(folder: string, path: string, above: Rules | undefined): Rules | undefined {
  const content = readGitFile(join(folder, '.gitignore'), MAX_IGNORE_FILE);
  if (content === undefined) return above;
  return { skip: path === '' ? 0 : path.length + 1, own: readIgnoreRules(content), above };
}

/** Whether a path is ignored; the nearest file that says something about it decides. */
export function isIgnored(path: string, isFolder: boolean, rules: Rules | undefined): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  for (let file = rules; file !== undefined; file = file.above) {
    const inside = path.slice(file.skip);
    const rule = file.own.find(
      (one) => (isFolder || !one.foldersOnly) && one.matches(one.byName ? name : inside),
    );
    if (rule !== undefined) return !rule.excepts;
  }
  return false;
}

/** A path as Git compares it: each character is a byte. */
export function asBytes(path: string): string {
  return Buffer.from(path).toString('latin1');
}
