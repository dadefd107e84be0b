import { runner } from './machine.ts';
import { GlobError, parseRegexp } from './regexp.ts';

/**
 * One glob of an ignore file, read as BuildKit reads it: it is written as a Go regular expression and that is
 * matched. The same text is written here, and run by a machine that visits each character once, so that no
 * pattern can make it slow: https://github.com/moby/patternmatcher
 */

export type PathTest = (path: string) => boolean;

export interface Glob {
  readonly matches: PathTest;
  /** Where it matches this path alone, or every path that ends with this name. */
  readonly only?: { readonly path: string } | { readonly name: string };
}

/** @param glob a cleaned pattern, without its `!` */
export function compileGlob(glob: string): Glob {
  checkSyntax(Array.from(glob));
  const { kind, regexp } = translate(glob);
  if (kind === 'exact') return { matches: (path) => path === glob, only: { path: glob } };
  if (kind === 'prefix') return { matches: startsWith(glob.slice(0, -2)) };
  if (kind === 'suffix') return suffixGlob(glob.slice(2));
  return { matches: runner(parseRegexp(regexp)) };
}

function suffixGlob(suffix: string): Glob {
  const isName = suffix.lastIndexOf('/') === 0;
  return { matches: endsWith(suffix), ...(isName ? { only: { name: suffix.slice(1) } } : {}) };
}

function startsWith(prefix: string): PathTest {
  return (path) => path.startsWith(prefix);
}

function endsWith(suffix: string): PathTest {
  const name = suffix.startsWith('/') ? suffix.slice(1) : undefined;
  return (path) => path.endsWith(suffix) || path === name;
}

/** Go's filepath.Match: a class is closed and holds something, `-` and `]` are escaped in it, `\` escapes something. */
function checkSyntax(chars: readonly string[]): void {
  let at = 0;
  while (at < chars.length) {
    if (chars[at] === '[') at = endOfClass(chars, at + 1);
    else if (chars[at] === '\\') at += 2;
    else at += 1;
  }
  if (at > chars.length) throw new GlobError('ends in a backslash');
}

function endOfClass(chars: readonly string[], start: number): number {
  let at = chars[start] === '^' ? start + 1 : start;
  for (let ranges = 0; chars[at] !== ']' || ranges === 0; ranges += 1) {
    at = endOfMember(chars, at);
    if (chars[at] === '-') at = endOfMember(chars, at + 1);
  }
  return at + 1;
}

function endOfMember(chars: readonly string[], start: number): number {
  const escaped = chars[start] === '\\';
  const at = escaped ? start + 1 : start;
  const char = chars[at];
  if (!escaped && (char === '-' || char === ']')) {
    throw new GlobError('has an empty or half-open range in its brackets');
  }
  if (char === undefined || at + 1 >= chars.length) throw new GlobError("has no ']' for its '['");
  return at + 1;
}

type Kind = 'exact' | 'prefix' | 'suffix' | 'regexp';

const REGEXP_ONLY = new Set('.+()|{}$');

/** The regular expression of a glob, and whether a plain comparison does instead. */
function translate(glob: string): { readonly kind: Kind; readonly regexp: string } {
  const chars = Array.from(glob);
  let regexp = '^';
  let kind: Kind = 'exact';
  for (let at = 0, step = 0; at < chars.length; step += 1) {
    const piece = translateOne(chars, at);
    at = piece.next;
    regexp += piece.regexp;
    if (piece.kind === 'last' && kind === 'exact') kind = 'prefix';
    else if (piece.kind !== 'literal') kind = 'regexp';
    if (step === 0 && (piece.kind === 'last' || piece.kind === 'folders')) kind = 'suffix';
  }
  return { kind, regexp: `${regexp}$` };
}

interface Piece {
  readonly kind: 'literal' | 'glob' | 'folders' | 'last';
  readonly regexp: string;
  readonly next: number;
}

function translateOne(chars: readonly string[], at: number): Piece {
  const char = chars[at] ?? '';
  const following = chars[at + 1];
  if (char === '*' && following === '*') return translateStars(chars, at + 2);
  if (char === '*') return { kind: 'glob', regexp: '[^/]*', next: at + 1 };
  if (char === '?') return { kind: 'glob', regexp: '[^/]', next: at + 1 };
  if (char === '\\') return { kind: 'glob', regexp: `\\${following ?? ''}`, next: at + 2 };
  if (char === '[' || char === ']') return { kind: 'glob', regexp: char, next: at + 1 };
  return { kind: 'literal', regexp: REGEXP_ONLY.has(char) ? `\\${char}` : char, next: at + 1 };
}

function translateStars(chars: readonly string[], after: number): Piece {
  const next = chars[after] === '/' ? after + 1 : after;
  if (next >= chars.length) return { kind: 'last', regexp: '.*', next };
  return { kind: 'folders', regexp: '(.*/)?', next };
}
