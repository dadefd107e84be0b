import { compileGitGlob, type PathTest, wildcardAt } from './glob.ts';

/** One line of a `.gitignore`. https://git-scm.com/docs/gitignore#_pattern_format */
export interface IgnoreRule {
  /** It begins with `!`: what it matches is not ignored after all. */
  readonly excepts: boolean;
  readonly foldersOnly: boolean;
  /** Whether it is asked about the name alone, and not about the path below the file's folder. */
  readonly byName: boolean;
  readonly matches: PathTest;
}

/**
 * The rules of a file, its last line first: the last one that matches decides. Paths and patterns are compared
 * byte by byte: both are texts in which each character is one byte.
 */
export function readIgnoreRules(content: Buffer): readonly IgnoreRule[] {
  const text = content.toString('latin1').replace(/^\u00EF\u00BB\u00BF/, '');
  return text.split('\n').flatMap(readLine).reverse();
}

function readLine(line: string): readonly IgnoreRule[] {
  if (line.startsWith('#')) return [];
  const written = withoutBlankEnd(line.replace(/\r$/, '').split('\0', 1)[0] ?? '');
  const excepts = written.startsWith('!');
  const pattern = excepts ? written.slice(1) : written;
  const foldersOnly = pattern.endsWith('/');
  const glob = foldersOnly ? pattern.slice(0, -1) : pattern;
  if (glob === '') return [];
  const byName = !glob.includes('/');
  return [{ excepts, foldersOnly, byName, matches: byName ? compileGitGlob(glob) : compilePath(glob) }];
}

/** Spaces at the end do not count unless a backslash stands before them. */
function withoutBlankEnd(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at += 1) {
    const isEscape = line[at] === '\\';
    if (isEscape) at += 1;
    if (isEscape || line[at] !== ' ') end = at + 1;
  }
  return line.slice(0, end);
}

/** What stands before the first wildcard is compared as it is, and the rest begins anew, as if a path began there. */
function compilePath(glob: string): PathTest {
  const path = glob.replace(/^\//, '');
  const end = wildcardAt(path);
  if (end < 0) return (name) => name === path;
  const start = path.slice(0, end);
  const rest = compileGitGlob(path.slice(end));
  return (name) => name.startsWith(start) && rest(name.slice(end));
}
