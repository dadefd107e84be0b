import { Findings } from '../../findings.ts';
import type { PathTest } from './glob.ts';
import { checkPattern, compilePattern, type Pattern } from './pattern.ts';

/**
 * What enters an image, with the semantics of `.dockerignore` as BuildKit applies them while it walks a folder:
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */

/** What is known of an entry after its folder was looked at. */
export interface Verdict {
  readonly ignored: boolean;
  /** Of an ignored folder: nothing below it can enter. */
  readonly prune: boolean;
  /** Which patterns match it or a folder above it; in the order of the patterns. */
  readonly matched: Uint8Array;
}

export interface IgnoreMatcher {
  /** For a walk: folders before what is in them, each with its folder's verdict (none at the root). */
  visit(path: string, folder?: Verdict): Verdict;
  /** The verdict that a walk would come to, for a path alone. */
  ignores(path: string): boolean;
  /** Whether nothing below a folder can enter. */
  prunes(folder: string): boolean;
}

/** Throws a UserError for a pattern that cannot be read. */
export function createMatcher(patterns: readonly string[]): IgnoreMatcher {
  const compiled = compileAll(patterns);
  const excepts = compiled.filter((pattern) => pattern.excepts);
  const mayEnter = excepts.every((pattern) => !SPECIAL.test(withoutTrailingGlob(pattern.glob)))
    ? entersByPrefix
    : entersByShape;

  const mayMatch = anyOf(compiled);
  const unmatched: Verdict = { ignored: false, prune: false, matched: new Uint8Array(compiled.length) };

  function visit(path: string, folder?: Verdict): Verdict {
    if ((folder === undefined || folder.matched === unmatched.matched) && !mayMatch(path)) return unmatched;
    const matched = new Uint8Array(compiled.length);
    const ignored = match(compiled, path, folder?.matched, matched);
    return { ignored, prune: ignored && !excepts.some((pattern) => mayEnter(pattern.glob, path)), matched };
  }
  const folders = new Map<string, Verdict>();

  function verdictOf(path: string): Verdict {
    const above = folderOf(path);
    return above?.prune === true ? above : visit(path, above);
  }

  function folderOf(path: string): Verdict | undefined {
    const end = path.lastIndexOf('/');
    if (end < 0) return undefined;
    const folder = path.slice(0, end);
    const verdict = folders.get(folder) ?? verdictOf(folder);
    folders.set(folder, verdict);
    return verdict;
  }

  return { visit, ignores: (path) => verdictOf(path).ignored, prunes: (folder) => verdictOf(folder).prune };
}

function compileAll(patterns: readonly string[]): readonly Pattern[] {
  const findings = new Findings();
  for (const pattern of patterns) checkPattern(pattern, undefined, findings);
  findings.throwIfErrors();
  return patterns.map(compilePattern);
}

/** Whether any pattern matches a path. Most match none, and names and whole paths are found without asking each. */
function anyOf(patterns: readonly Pattern[]): PathTest {
  const paths = new Set<string>();
  const names = new Set<string>();
  const others: PathTest[] = [];
  for (const { only, matches } of patterns) {
    if (only === undefined) others.push(matches);
    else if ('path' in only) paths.add(only.path);
    else names.add(only.name);
  }
  return (path) =>
    paths.has(path) ||
    names.has(path.slice(path.lastIndexOf('/') + 1)) ||
    others.some((matches) => matches(path));
}

/**
 * Docker's order of questions: a pattern that could not change the verdict is not asked, and so is not known to
 * match when the entries of this folder are looked at.
 */
function match(
  patterns: readonly Pattern[],
  path: string,
  above: Uint8Array | undefined,
  matched: Uint8Array,
): boolean {
  let ignored = false;
  for (const [index, pattern] of patterns.entries()) {
    const known = above?.[index] === 1;
    if (!known && (pattern.excepts !== ignored || !pattern.matches(path))) continue;
    matched[index] = 1;
    ignored = !pattern.excepts;
  }
  return ignored;
}

const SPECIAL = /[*?[\]^\\]/;

function withoutTrailingGlob(glob: string): string {
  return glob.replace(/\/\*\*$/, '').replace(/\/\*$/, '');
}

/** Docker's own rule, used when no exception has a wildcard but at its end. It can miss one, and so does this. */
function entersByPrefix(glob: string, folder: string): boolean {
  return `${withoutTrailingGlob(glob)}/`.startsWith(`${folder}/`);
}

/** Docker walks everything when exceptions have wildcards; a folder that none of them can reach is left out here. */
function entersByShape(glob: string, folder: string): boolean {
  const below = `${folder}/`;
  const special = glob.search(SPECIAL);
  const fixed = special < 0 ? glob : glob.slice(0, special);
  if (!below.startsWith(fixed) && !fixed.startsWith(below)) return false;
  const depthIsFixed = !/\*\*|[[\]\\^]/.test(glob);
  return !depthIsFixed || slashesIn(glob) >= slashesIn(below);
}

function slashesIn(text: string): number {
  return text.split('/').length - 1;
}
