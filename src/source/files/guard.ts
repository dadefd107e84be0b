import { closeSync, constants, fstatSync, openSync, realpathSync, type Stats } from 'node:fs';
import { isAbsolute, join, posix, sep } from 'node:path';
import { UserError } from '../../errors.ts';

/** Whether a thrown value is a system error with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}

/** The code of a system error, or of another one of Node's own. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * The real, absolute path of something inside `root` (itself real); undefined when there is nothing there.
 * Throws for a path that leaves the root or is Git's own, in its text or through a link.
 */
export function resolveInside(root: string, path: string): string | undefined {
  const normal = posix.normalize(path);
  if (path.includes('\0') || isAbsolute(path) || normal === '..' || normal.startsWith('../')) {
    throw outside(path, 'write a path relative to the repository, without ".."');
  }
  const real = realPath(root, normal);
  if (real === undefined || real === root) return real;
  if (real.startsWith(root === sep ? sep : root + sep))
    return outsideGit(path, real.slice(root.length), real);
  throw outside(path, `it is a link to "${real}": put a copy into the repository`);
}

/** What Git keeps is not part of the code: the token of a checkout stands in its configuration. */
function outsideGit(path: string, inside: string, real: string): string {
  if (!inside.split(sep).includes('.git')) return real;
  throw new UserError(`${JSON.stringify(path)} is in ".git", which is not part of the code`, {
    code: 'path-git',
    hint: 'name a file or folder of the work tree',
  });
}

function outside(path: string, hint: string): UserError {
  return new UserError(`${JSON.stringify(path)} leaves the repository`, { code: 'path-outside', hint });
}

function realPath(root: string, path: string): string | undefined {
  try {
    return realpathSync.native(join(root, path));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw unreadable(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ELOOP: 'is a link that leads back to itself',
  ENAMETOOLONG: 'has a name that is too long',
  ENOENT: 'no longer exists',
};

/** A UserError for a system error that the user can mend; any other error is passed on as it is. */
export function unreadable(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const reason = REASONS[code] ?? `cannot be read (${code})`;
  return new UserError(`${JSON.stringify(path)} ${reason}`, {
    code: 'unreadable',
    hint: 'fix it, or leave it out with .dockerignore',
    cause: error,
  });
}

/** Opens the last part of a path only when it is no link, and never waits for a FIFO. */
export function openFile(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

export function withOpenFile<T>(path: string, use: (descriptor: number, stats: Stats) => T): T {
  const descriptor = openFile(path);
  try {
    return use(descriptor, fstatSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}
