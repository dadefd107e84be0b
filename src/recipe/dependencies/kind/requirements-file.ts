import { posix } from 'node:path';
import { type Location, UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import { holdsCredentials } from '../../../jobspec/values/names.ts';
import { requirementsText } from '../../requirements-text.ts';
import { archiveAt, archiveNamed, archivesIn, linksNamed } from '../requirements/archives.ts';
import { Misfits } from '../requirements/misfits.ts';

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
  return read(tree, findings, ({ readFile }) => readFile(path, { file: path }, false));
}

/** The same of lines that stand in another file, each at its own place. */
export function readRequirementLines(
  lines: readonly { readonly text: string; readonly location: Location }[],
  tree: Tree,
  findings: Findings,
): RequirementsFile {
  return read(tree, findings, ({ readLine }) => {
    for (const { text, location } of lines) findings.attempt(location, () => readLine(text, location, false));
  });
}

interface Reader {
  readFile(file: string, from: Location, constrains: boolean): void;
  readLine(line: string, location: Location, constrains: boolean): void;
}

function read(tree: Tree, findings: Findings, use: (reader: Reader) => void): RequirementsFile {
  const files = new Set<string>();
  const installed = new Set<string>();
  const archives = new Set<string>();
  const requirements: string[] = [];
  const variables = new Map<string, Location>();
  const misfits = new Misfits();
  let hashes = false;

  function readFile(file: string, from: Location, constrains: boolean): void {
    // What constrains is read again where it is also installed from.
    if (installed.has(file) || (constrains && files.has(file))) return;
    const text = findings.attempt(from, () => textOf(file, tree, files.size));
    if (text === undefined) return;
    files.add(file);
    if (!constrains) installed.add(file);
    for (const { text: line, line: number } of logicalLines(text)) {
      const location = { file, line: number };
      findings.attempt(location, () => readLine(line, location, constrains));
    }
  }

  function readLine(line: string, location: Location, constrains: boolean): void {
    const include = INCLUDE.exec(line)?.[1];
    if (include !== undefined) {
      readFile(includedPath(unquoted(include), location.file), location, constrains || /^--?c/.test(line));
      return;
    }
    if (misfits.take(line, location)) return;
    addArchives(line, location);
    addVariables(line, location);
    const requirement = readRequirement(line);
    if (requirement === undefined || constrains) return;
    requirements.push(requirement);
    if (/\s--hash[=\s]/.test(line)) hashes = true;
  }

  function addArchives(line: string, location: Location): void {
    for (const path of archivesOf(line, location, tree)) archives.add(path);
  }

  function addVariables(line: string, location: Location): void {
    for (const [, name = ''] of line.matchAll(VARIABLE)) {
      if (!variables.has(name)) variables.set(name, location);
    }
  }

  use({ readFile, readLine });
  misfits.report(findings);
  return { files: [...files], hashes, requirements, archives: [...archives].sort(), variables };
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
const EDITABLE = /^(?:-e|--editable)(?:\s*=\s*|\s+)(\S.*)$/;

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

/** undefined for an option, which is left to pip. */
function readRequirement(line: string): string | undefined {
  const editable = EDITABLE.exec(line)?.[1];
  if (line.startsWith('-') && editable === undefined) {
    checkOption(line);
    return undefined;
  }
  const requirement = editable ?? line;
  if (isLocal(requirement)) throw localFile(requirement);
  if (holdsCredentials(requirement)) throw withPassword(requirement);
  return requirement;
}

function checkOption(line: string): void {
  if (!holdsCredentials(line)) return;
  throw new UserError('the address of a package index contains a password or a token', {
    code: 'password-in-file',
    hint: `write \${NAME} in its place, and declare the build secret: image: { secrets: [NAME] }`,
  });
}

function withPassword(requirement: string): UserError {
  return new UserError(
    'the address of a package contains a password or a token, and the image would keep it',
    {
      code: 'password-in-file',
      hint: /(?:^|[\s@])git\+/.test(requirement)
        ? 'take it out, and declare the build secret that holds a token: image: { git: { token: GIT_TOKEN } }'
        : `write \${NAME} in its place, and declare the build secret: image: { secrets: [NAME] }`,
    },
  );
}

/** `./pkg`, `../pkg`, `file:…`, `pkg @ file:…` */
function isLocal(requirement: string): boolean {
  const [target = ''] = requirement.split(/\s/);
  if (archiveNamed(requirement) !== undefined) return false;
  return /^(?:\.|\/|file:)/i.test(target) || /\s@\s*(?:file:|\.|\/)/i.test(requirement);
}

function localFile(requirement: string): UserError {
  return new UserError(
    `"${requirement}" is a folder or file of the repository, which is not in the image yet when packages are installed`,
    {
      code: 'local-requirement',
      hint: 'install the repository itself with image: { install: project }, or another folder with image: { setup: [pip install ./folder] }',
    },
  );
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}
