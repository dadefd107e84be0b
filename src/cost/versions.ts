import { UserError } from '../errors.ts';
import { readLock } from '../lock/read.ts';
import { baseName } from '../recipe/dependencies/kind/kind.ts';
import { kindOf } from '../recipe/dependencies/table.ts';
import { normalizedName } from '../recipe/packages/project-name.ts';
import { parseToml, type Toml } from '../recipe/toml.ts';

/** Versions by name, of what a file pins. */
export type Versions = ReadonlyMap<string, string>;

/** undefined: the file pins nothing that can be compared, or cannot be read. */
export function versionsIn(path: string, text: string): Versions | undefined {
  const read = readerOf(path)?.read;
  if (read === undefined) return undefined;
  try {
    return read(text, path);
  } catch (error) {
    // What an earlier commit had there need not be right.
    if (error instanceof UserError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a file of this name pins everything that is installed by it. */
export function isLock(path: string): boolean {
  return !/\.(?:txt|in)$/.test(path);
}

/** Whether a file of this name pins everything in a form that is not compared here. */
export function isUnreadLock(path: string): boolean {
  return kindOf(path).lock && readerOf(path) === undefined;
}

function readerOf(path: string): Reader | undefined {
  const name = baseName(path);
  return READERS.find(({ owns }) => owns.test(name));
}

interface Reader {
  readonly owns: RegExp;
  read(text: string, path: string): Versions;
}

const READERS: readonly Reader[] = [
  { owns: /^jobimg\.lock$/, read: ofOwnLock },
  { owns: /^(?:uv|poetry|pdm)\.lock$|\.py\.lock$/, read: (text, path) => ofToml(text, path, 'package') },
  { owns: /^pylock(?:\.[^.]+)?\.toml$/, read: (text, path) => ofToml(text, path, 'packages') },
  { owns: /^Pipfile\.lock$/, read: ofPipfile },
  { owns: /\.(?:txt|in)$/, read: ofRequirements },
];

/** Pins are `name=version`, `name==version --hash=…` or `name @ address`. */
function ofOwnLock(text: string): Versions {
  const pins = readLock(text).packages.flatMap((locked) => locked.pins);
  return new Map(pins.flatMap(pinned));
}

function pinned(pin: string): readonly (readonly [string, string])[] {
  const [, name, version] = /^(.+?)={1,2}([^\s=]+)/.exec(pin.split(' @ ', 1)[0] ?? '') ?? [];
  if (name !== undefined && version !== undefined) return [[name, version]];
  const [, at, file] =
    /^(\S+) @ \S*?([^/\s#]+?)(?:\.(?:conda|tar\.bz2|whl|tar\.gz|zip))?(?:#\S*)?(?: |$)/.exec(pin) ?? [];
  if (at === undefined || file === undefined) return [];
  return [[at, file.startsWith(`${at}-`) ? file.slice(at.length + 1) : file]];
}

function ofToml(text: string, path: string, tables: string): Versions {
  return new Map(parseToml(text, path).tables(tables).flatMap(namedVersion));
}

/** Of packages that come as several versions, the last one stands. */
function namedVersion(table: Toml): readonly (readonly [string, string])[] {
  const [name, version, commit] = [table.text('name'), table.text('version'), commitOf(table)];
  if (name === undefined || (version === undefined && commit === undefined)) return [];
  return [[name, [version, commit && `(${commit.slice(0, 12)})`].filter(Boolean).join(' ')]];
}

/** Of what git fetches, as uv, Poetry, PDM and https://packaging.python.org/en/latest/specifications/pylock-toml/ write it. */
function commitOf(table: Toml): string | undefined {
  return (
    table.text('source', 'git')?.split('#')[1] ??
    table.text('source', 'resolved_reference') ??
    table.text('revision') ??
    table.text('vcs', 'commit-id')
  );
}

function ofPipfile(text: string): Versions {
  const file: unknown = JSON.parse(text);
  const packages = entriesOf(entriesOf(file).get('default'));
  return new Map(
    [...packages].flatMap(([name, one]) => {
      const version = entriesOf(one).get('version');
      return typeof version === 'string' ? [[name, version.replace(/^==/, '')] as const] : [];
    }),
  );
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

/** Only what is pinned to the last part; a name is the same in any spelling that PyPI takes for one. */
function ofRequirements(text: string): Versions {
  const lines = text
    .split(/\r?\n/)
    .map((line) =>
      /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*={2,3}\s*([^\s;#*,\\]+)(?=[\s;#\\]|$)/.exec(line),
    );
  return new Map(
    lines.flatMap((found) =>
      found === null ? [] : [[normalizedName(found[1] ?? ''), found[2] ?? ''] as const],
    ),
  );
}
