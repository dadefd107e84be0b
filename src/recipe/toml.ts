import { parse, TomlError } from 'smol-toml';
import { UserError } from '../errors.ts';
import type { Tree } from '../jobspec/file/tree.ts';

/** Read access to somebody else's TOML: what is not of the expected shape is an error that names its place. */
export interface Toml {
  /** undefined when there is nothing there. */
  text(...path: readonly string[]): string | undefined;
  texts(...path: readonly string[]): readonly string[] | undefined;
  has(...path: readonly string[]): boolean;
  /** Names in a table; empty when there is none. */
  keys(...path: readonly string[]): readonly string[];
  /** As it was parsed, for a hash of it or for a field that has several shapes. */
  value(...path: readonly string[]): unknown;
  /** The table there; an empty one when there is none. */
  table(...path: readonly string[]): Toml;
  tables(...path: readonly string[]): readonly Toml[];
}

/** undefined when there is no such file. */
export function readToml(tree: Tree, file: string): Toml | undefined {
  const text = tree.text(file);
  return text === undefined ? undefined : parseToml(text, file);
}

/** `begin` is where the text begins in the file: its first line, and how many columns stand before each line. */
export function parseToml(text: string, file: string, begin = { line: 1, indent: 0 }): Toml {
  try {
    return viewOf(parse(text), file);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UserError(`${file} is not valid TOML: ${error.message.split('\n')[0]?.toLowerCase()}`, {
      code: 'toml',
      location: { file, line: begin.line + error.line - 1, column: begin.indent + error.column },
      cause: error,
    });
  }
}

/** Of anything that was parsed and has the same types: tables, lists and texts. */
export function viewOf(root: unknown, file: string): Toml {
  const wrong = (path: readonly string[], wanted: string): UserError =>
    new UserError(`${path.join('.')} in ${file} is not ${wanted}`, { code: 'toml', location: { file } });
  return {
    has: (...path) => at(root, path) !== undefined,
    value: (...path) => at(root, path),
    keys: (...path) => Object.keys(tableAt(root, path, wrong)),
    table: (...path) => viewOf(tableAt(root, path, wrong), file),
    text(...path) {
      const value = at(root, path);
      if (value === undefined || typeof value === 'string') return value;
      throw wrong(path, 'a text');
    },
    texts(...path) {
      const value = at(root, path);
      if (value === undefined) return undefined;
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      throw wrong(path, 'a list of texts');
    },
    tables(...path) {
      const value = at(root, path) ?? [];
      if (Array.isArray(value)) return value.map((item) => viewOf(item, file));
      throw wrong(path, 'a list of tables');
    },
  };
}

function tableAt(
  root: unknown,
  path: readonly string[],
  wrong: (path: readonly string[], wanted: string) => UserError,
): object {
  const value = at(root, path) ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw wrong(path, 'a table');
}

function at(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
