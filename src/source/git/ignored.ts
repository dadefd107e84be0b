import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { type IgnoreRule, readIgnoreRules } from './ignore-file.ts';
import { readGitFile } from './repository.ts';

/** The rules of a folder's `.gitignore`, and those of the folders above it. */
export interface Rules {
  /** How much of a path, in bytes, leads to the folder. */
  readonly skip: number;
  readonly own: readonly IgnoreRule[];
  readonly above: Rules | undefined;
}

/** Rules are written by hand, or by a tool with a line for each file that it keeps elsewhere; each costs time for each file. */
const MAX_BYTES = 1_048_576;
const MAX_RULES = 20_000;

/** @param path of the folder in its repository, as bytes */
export function rulesBelow(folder: string, path: string, above: Rules | undefined): Rules | undefined {
  const file = join(folder, '.gitignore');
  const content = readGitFile(file, MAX_BYTES);
  if (content === undefined) return above;
  const own = readIgnoreRules(content);
  if (own.length > MAX_RULES) throw tooMany(file);
  return { skip: path === '' ? 0 : path.length + 1, own, above };
}

function tooMany(file: string): UserError {
  return new UserError(`"${file}" has more than ${MAX_RULES} patterns`, {
    code: 'ignore-file-too-large',
    hint: 'name folders instead of single files',
  });
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
