import { readdirSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { Decode, Tree } from '../../jobspec/file/tree.ts';
import { utf8Text } from '../../jobspec/file/utf8.ts';
import { hasCode, resolveInside, unreadable, withOpenFile } from './guard.ts';
import { sortByBytes } from './order.ts';

/** Files that are read to decide something are small; the largest, locks for several platforms, have a few megabytes. */
const MAX_TEXT = 8 * 1_048_576;

/** The repository as it is on disk. Every call looks again. */
export function createTree(folder: string): Tree {
  const root = realpathSync(folder);

  return {
    has: (path) => resolveInside(root, path) !== undefined,
    text(path, decode = utf8Text) {
      const real = resolveInside(root, path);
      return real === undefined ? undefined : readText(real, path, decode);
    },
    list(path) {
      const real = resolveInside(root, path);
      return real === undefined ? [] : sortByBytes(namesIn(real, path), (name) => name);
    },
  };
}

function readText(real: string, path: string, decode: Decode): string | undefined {
  const bytes = readBytes(real, path);
  return bytes === undefined ? undefined : decode(bytes, path);
}

function readBytes(real: string, path: string): Uint8Array | undefined {
  try {
    return withOpenFile(real, (descriptor, stats) => {
      if (stats.isDirectory()) return undefined;
      refuseUnusual(stats, path);
      return readFileSync(descriptor);
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(path, error);
  }
}

function refuseUnusual(stats: Stats, path: string): void {
  const location = { file: path };
  if (!stats.isFile()) {
    throw new UserError(`${JSON.stringify(path)} is neither a file nor a folder`, {
      code: 'not-a-file',
      location,
    });
  }
  if (stats.size > MAX_TEXT) {
    throw new UserError(`${JSON.stringify(path)} is larger than 8 MiB`, {
      code: 'file-too-large',
      hint: 'a file of this kind is far smaller: is it the right one?',
      location,
    });
  }
}

function namesIn(real: string, path: string): readonly string[] {
  try {
    return readdirSync(real);
  } catch (error) {
    if (hasCode(error, 'ENOTDIR', 'ENOENT')) return [];
    throw unreadable(path, error);
  }
}
