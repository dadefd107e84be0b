import { normalize } from 'node:path/posix';
import { type Finding, UserError } from '../errors.ts';
import { compileGlob, type PathTest } from './ignore-glob.ts';
import { GlobError } from './ignore-regexp.ts';

/**
 * What enters an image, with the semantics of `.dockerignore` as BuildKit applies them while it walks a folder:
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */

const MAX_BYTES = 65_536;
const MAX_PATTERNS = 5_000;

/** The link that leads from a repository to the runs that the machine keeps. */
export const RUNS_LINK = 'jobimg-runs';

/** What never enters unless a `!` pattern names it. Docker's patterns match at the root only, hence the `**`. */
export const BUILT_IN_IGNORE: readonly string[] = [
  '**/.git',
  '**/.github',
  '**/__pycache__',
  '**/.venv',
  '**/.env',
  '**/.ssh',
  '**/.aws',
  '**/.docker/config.json',
  '**/id_rsa',
  '**/id_dsa',
  '**/id_ecdsa',
  '**/id_ed25519',
  '.dockerignore',
  'jobimg.lock',
  RUNS_LINK,
];

/** Paths that belong to the run and not to the code, relative to the repository. */
export interface RunPaths {
  readonly spec: string;
  readonly overlays?: readonly string[] | undefined;
  readonly outputs: readonly string[];
  readonly metrics?: string | undefined;
  readonly checkpoint?: string | undefined;
}

/** The patterns that stand before those of the user's own `.dockerignore`. */
export function codePatterns(paths: RunPaths): readonly string[] {
  const own = [paths.spec, ...(paths.overlays ?? []), ...paths.outputs, paths.metrics, paths.checkpoint];
  const named = own.filter((path) => path !== undefined).map(literalPattern);
  return [...BUILT_IN_IGNORE, ...named];
}

/** A pattern that matches this path and nothing else. */
export function literalPattern(path: string): string {
  return normalize(path).replace(/[*?[\]\\^!]/g, '\\$&');
}

export interface IgnoreFile {
  readonly patterns: readonly string[];
  readonly findings: readonly Finding[];
}

/** Reads the text of an ignore file; `file` is its path, for the findings. */
export function readIgnoreFile(text: string, file: string): IgnoreFile {
  if (new TextEncoder().encode(text).length > MAX_BYTES) {
    return refused(file, `"${file}" is larger than ${MAX_BYTES} bytes`);
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const rows = lines.map((line, index) => ({ pattern: readLine(line), line: index + 1 }));
  const used = rows.filter((row) => row.pattern !== undefined);
  if (used.length > MAX_PATTERNS) return refused(file, `"${file}" has more than ${MAX_PATTERNS} patterns`);

  const findings: Finding[] = [];
  for (const { pattern = '', line } of used) {
    const problem = problemOf(pattern);
    if (problem !== undefined) findings.push({ ...problem, location: { file, line } });
  }
  return { patterns: used.map((row) => row.pattern ?? ''), findings };
}

function refused(file: string, message: string): IgnoreFile {
  const hint = 'name folders instead of single files';
  const finding = {
    level: 'error',
    code: 'ignore-file-too-large',
    message,
    hint,
    location: { file },
  } as const;
  return { patterns: [], findings: [finding] };
}

/** undefined for a comment and an empty line. */
function readLine(line: string): string | undefined {
  if (line.startsWith('#')) return undefined;
  const text = trimSpace(line);
  if (text === '') return undefined;
  const excepts = text.startsWith('!');
  const path = excepts ? trimSpace(text.slice(1)) : text;
  const cleaned = path === '' ? '' : clean(path);
  const relative = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
  return excepts ? `!${relative}` : relative;
}

/** Go's strings.TrimSpace: JavaScript's `trim` lacks U+0085 and has U+FEFF. */
function trimSpace(text: string): string {
  return text.replace(BLANK_ENDS, '');
}

const BLANK = '[\\t-\\r \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+';
const BLANK_ENDS = new RegExp(`^${BLANK}|${BLANK}$`, 'g');

/** Go's filepath.Clean. */
function clean(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

type Problem = Omit<Finding, 'location'>;

function problemOf(pattern: string): Problem | undefined {
  if (/^!\.\.(\/|$)/.test(pattern)) {
    return problem(
      'ignore-outside',
      `"${pattern}" names something outside the folder`,
      'only what is in the folder can enter',
    );
  }
  const message = catchGlobError(() => compilePattern(pattern));
  if (message === undefined) return undefined;
  return problem(
    'ignore-pattern',
    `"${pattern}" ${message}`,
    'write a backslash before a character that is meant as it is',
  );
}

function problem(code: string, message: string, hint: string): Problem {
  return { level: 'error', code, message, hint };
}

function catchGlobError(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}

interface Pattern {
  /** It begins with `!`: what it matches enters again. */
  readonly excepts: boolean;
  readonly glob: string;
  readonly matches: PathTest;
}

function compilePattern(text: string): Pattern {
  const cleaned = clean(text);
  const excepts = cleaned.startsWith('!');
  const glob = excepts ? cleaned.slice(1) : cleaned;
  if (glob === '') throw new GlobError("names nothing after its '!'");
  return { excepts, glob, matches: compileGlob(glob) };
}

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

  function visit(path: string, folder?: Verdict): Verdict {
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
  const findings = patterns.map(problemOf).filter((found) => found !== undefined);
  if (findings.length > 0) throw UserError.of(findings);
  return patterns.map(compilePattern);
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
