import { posix } from 'node:path';
import { UserError } from '../../../errors.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';

const ARCHIVE = /\.(?:whl|zip|tar\.gz|tar\.bz2|tgz)$/i;
const LINKS = /^(?:-f|--find-links)(?:\s*=\s*|\s+)(\S.*)$/;

/** The wheel or archive that a line names by its path, as pip looks for it: from the root of the repository. */
export function archiveNamed(line: string): string | undefined {
  const [target = ''] = line.split(/[\s;]/);
  const path = target.replace(/\[[^\]]*\]$/, '');
  const isPath = ARCHIVE.test(path) && !/^(?:[a-z+]+:|\/|~|-)/i.test(path);
  return isPath ? path : undefined;
}

/** What a line names where pip is to look for packages; undefined for another line, and for an address. */
export function linksNamed(line: string): string | undefined {
  const path = LINKS.exec(line)?.[1]
    ?.trim()
    .replace(/^(["'])(.*)\1$/, '$2');
  return path === undefined || /^https?:\/\//.test(path) ? undefined : path;
}

/** The path of a wheel or archive of the repository, which a step can install. */
export function archiveAt(path: string, tree: Tree): string {
  const found = insideOf(path);
  if (!tree.has(found)) throw noFile(path, found);
  const system = otherSystemOf(found);
  if (system === undefined) return found;
  throw new UserError(`"${path}" is a wheel for ${system}, and an image is of Linux`, {
    code: 'other-machine',
    hint: 'write a version that an index has, or commit a wheel for Linux',
  });
}

function noFile(path: string, found: string): UserError {
  return new UserError(`"${path}" does not exist: pip looks for it from the root of the repository`, {
    code: 'file-not-found',
    hint: `commit ${found}, or name another file`,
  });
}

/** Everything that pip finds in a folder beside the file, or else in one below the root of the repository. */
export function archivesIn(path: string, file: string, tree: Tree): readonly string[] {
  const beside = posix.join(posix.dirname(file), path);
  const folder = insideOf(tree.has(beside) ? beside : path);
  const names = tree.list(folder).filter((name) => ARCHIVE.test(name));
  if (names.length > 0) return names.map((name) => posix.join(folder, name));
  throw new UserError(`"${path}" has no wheel or archive of a package`, {
    code: 'file-not-found',
    hint: 'commit them, and name the folder that they are in',
  });
}

function insideOf(path: string): string {
  const inside = posix.normalize(path).replace(/\/$/, '');
  if (!/^(?:\/|~|[a-z]+:)/i.test(inside) && inside !== '..' && !inside.startsWith('../')) return inside;
  throw new UserError(`"${path}" is outside the repository`, { code: 'path-outside' });
}

/** https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ */
function otherSystemOf(path: string): string | undefined {
  const platforms = /-([^-]+)\.whl$/.exec(path)?.[1] ?? '';
  if (/^(?:win32|win_)/.test(platforms)) return 'Windows';
  return /^macosx_/.test(platforms) && !/linux/.test(platforms) ? 'macOS' : undefined;
}
