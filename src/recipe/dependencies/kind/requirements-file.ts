import { posix } from 'node:path';
import { type Location, UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import { requirementsText } from '../../requirements-text.ts';
import { archiveAt, archiveNamed, archivesIn, linksNamed } from '../requirements/archives.ts';
import { Misfits } from '../requirements/misfits.ts';
import { readRequirement } from './requirement-line.ts';

/** A requirements file and all that it includes: https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
export interface RequirementsFile {
  /** Itself and what it includes, in the order they are met. */
  readonly files: readonly string[];
  readonly hashes: boolean;
  readonly requirements: readonly string[];
  /** Wheels and archives of the repository that pip may install. */
  readonly archives: readonly string[];
  /** Names that pip replaces by what its environment has for them, where they are met first. */
  readonly variables: ReadonlyMap<string, Location>;
}

const MAX_FILES = 50;

/** Everything that cannot be installed is reported with its line. */
export function readRequirementsFile(path: string, tree: Tree, findings: Findings): RequirementsFile {
  return read(tree, findings, ({ include }, root) => include(path, { file: path }, root));
}

/** The same of lines that stand in another file, each at its own place. */
export function readRequirementLines(
  lines: readonly { readonly text: string; readonly location: Location }[],
  tree: Tree,
  findings: Findings,
): RequirementsFile {
  return read(tree, findings, ({ readLine }, root) => {
    for (const { text, location } of lines) findings.attempt(location, () => readLine(text, location, root));
  });
}

/** What a line installs: a requirement, or all that another file does. */
type Installed = { readonly requirement: string; readonly hasHash: boolean } | { readonly file: string };

interface Reader {
  include(file: string, from: Location, into: Installed[]): void;
  readLine(line: string, location: Location, into: Installed[]): void;
}

/** Each file is read once; what only constrains is in no list of what is installed. */
function read(
  tree: Tree,
  findings: Findings,
  use: (reader: Reader, root: Installed[]) => void,
): RequirementsFile {
  const files = new Map<string, readonly Installed[]>();
  const archives = new Set<string>();
  const variables = new Map<string, Location>();
  const misfits = new Misfits();
  const root: Installed[] = [];

  function readFile(file: string, from: Location): void {
    if (files.has(file)) return;
    const text = findings.attempt(from, () => textOf(file, tree, files.size));
    if (text === undefined) return;
    const installed: Installed[] = [];
    files.set(file, installed);
    for (const { text: line, line: number } of logicalLines(text)) {
      const location = { file, line: number };
      findings.attempt(location, () => readLine(line, location, installed));
    }
  }

  function include(file: string, from: Location, into: Installed[]): void {
    readFile(file, from);
    into.push({ file });
  }

  function readLine(line: string, location: Location, into: Installed[]): void {
    const included = includeIn(line);
    if (included !== undefined) {
      const file = includedPath(included.path, location.file);
      if (included.flag === '-r') include(file, location, into);
      else readFile(file, location);
      return;
    }
    if (misfits.take(line, location)) return;
    for (const path of archivesOf(line, location, tree)) archives.add(path);
    addVariables(line, location);
    const requirement = readRequirement(line);
    if (requirement !== undefined) into.push({ requirement, hasHash: /\s--hash[=\s]/.test(line) });
  }

  function addVariables(line: string, location: Location): void {
    for (const [, name = ''] of line.matchAll(VARIABLE)) {
      if (!variables.has(name)) variables.set(name, location);
    }
  }

  use({ include, readLine }, root);
  misfits.report(findings);
  const installed = installedBy(root, files);
  return {
    files: [...files.keys()],
    hashes: installed.some(({ hasHash }) => hasHash),
    requirements: installed.map(({ requirement }) => requirement),
    archives: [...archives].sort(),
    variables,
  };
}

/** Circles end: each file is installed from once. */
function installedBy(
  lines: readonly Installed[],
  files: ReadonlyMap<string, readonly Installed[]>,
  seen = new Set<string>(),
): readonly Extract<Installed, { readonly requirement: string }>[] {
  return lines.flatMap((line) => {
    if ('requirement' in line) return [line];
    if (seen.has(line.file)) return [];
    seen.add(line.file);
    return installedBy(files.get(line.file) ?? [], files, seen);
  });
}

function textOf(file: string, tree: Tree, count: number): string {
  if (count === MAX_FILES) {
    throw new UserError(`the requirements include more than ${MAX_FILES} files`, { code: 'too-many-files' });
  }
  const text = requirementsText(tree, file);
  if (text !== undefined) return text;
  throw tree.has(file) ? folderInstead(file, tree) : notThere(file);
}

function notThere(file: string): UserError {
  return new UserError(`"${file}" does not exist`, {
    code: 'file-not-found',
    hint: 'commit it, or name another file',
  });
}

function folderInstead(file: string, tree: Tree): UserError {
  const names = tree.list(file).map((name) => `${file}/${name}`);
  return new UserError(`"${file}" is a folder, and a file is needed`, {
    code: 'not-a-file',
    hint: `name a file: image: { requirements: ${names[0] ?? 'requirements.txt'} }`,
  });
}

function archivesOf(line: string, { file }: Location, tree: Tree): readonly string[] {
  const [archive, links] = [archiveNamed(line), linksNamed(line)];
  if (archive !== undefined) return [archiveAt(archive, tree)];
  return links === undefined ? [] : archivesIn(links, file, tree);
}

interface Line {
  readonly text: string;
  readonly line: number;
}

/** A line that ends in a backslash goes on; what follows a `#` at the start or after a blank is a comment. */
export function logicalLines(text: string): readonly Line[] {
  const lines: { text: string; readonly line: number }[] = [];
  let goesOn = false;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const piece = /^\s*#/.test(raw) ? '' : raw;
    const last = lines.at(-1);
    const joins = goesOn;
    goesOn = piece.endsWith('\\');
    // The one that joins lines means nothing to pip, unlike those of a path of Windows.
    const content = goesOn ? `${piece.slice(0, -1)} ` : piece;
    if (joins && last !== undefined) last.text += content;
    else lines.push({ text: content, line: index + 1 });
  }
  return lines
    .map((line) => ({ ...line, text: withoutComment(line.text) }))
    .filter(({ text: content }) => content !== '');
}

function withoutComment(text: string): string {
  return text.replace(/(^|\s)#.*$/, '').trim();
}

/** The file that a line includes, as it is written. */
export function includeIn(line: string): { readonly flag: '-r' | '-c'; readonly path: string } | undefined {
  const path = INCLUDE.exec(line)?.[1];
  return path === undefined ? undefined : { flag: /^--?c/.test(line) ? '-c' : '-r', path: unquoted(path) };
}

/** https://pip.pypa.io/en/stable/reference/requirements-file-format/#using-environment-variables */
const VARIABLE = /\$\{([A-Z0-9_]+)\}/g;
const INCLUDE = /^(?:--requirement|--constraint|-r|-c)(?:\s*=\s*|\s+|(?<=-[rc]))(\S.*)$/;

function includedPath(path: string, from: string): string {
  if (/^[a-z]+:\/\//i.test(path)) {
    throw new UserError(`"${path}" is read from elsewhere, where it may change`, {
      code: 'remote-requirements',
      hint: 'put a copy into the repository',
    });
  }
  const target = posix.join(posix.dirname(from), path);
  if (!posix.isAbsolute(path) && !target.startsWith('../')) return target;
  throw new UserError(`"${path}" is outside the repository`, { code: 'path-outside' });
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}
