import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import posix from 'node:path/posix';
import { errnoOf } from '../../../io/errno.ts';
import { tarEnd, tarHeader, tarPadding } from '../../../oci/tar.ts';

/** A file or folder as a tar whose names begin with `name`; undefined: it is not there. Links are left out. */
export async function tarOfFolder(
  path: string,
  name: string,
): Promise<AsyncGenerator<Uint8Array> | undefined> {
  try {
    await lstat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  return whole(path, name);
}

async function* whole(path: string, name: string): AsyncGenerator<Uint8Array> {
  yield* entries(path, name);
  yield tarEnd();
}

async function* entries(path: string, name: string): AsyncGenerator<Uint8Array> {
  const stats = await lstat(path);
  if (stats.isDirectory()) {
    yield tarHeader({ path: name, kind: 'folder', mode: 0o755, size: 0 });
    for (const one of (await readdir(path)).sort()) yield* entries(join(path, one), posix.join(name, one));
    return;
  }
  if (!stats.isFile()) return;
  yield tarHeader({ path: name, kind: 'file', mode: 0o644, size: stats.size });
  yield* createReadStream(path);
  yield Buffer.alloc(tarPadding(stats.size));
}
