import { lstat, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../io/remove-tree.ts';

const PREFIX = 'build-';

/** A private folder (0700) for one build's credentials and answers. */
export async function openWorkFolder(temporary: string): Promise<string> {
  return await mkdtemp(join(temporary, PREFIX));
}

export async function closeWorkFolder(folder: string): Promise<void> {
  await removeTree(folder);
}

/** A file that only we may read, for buildx to hand over. */
export async function writePrivate(folder: string, name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content, { mode: 0o600 });
  return file;
}

/** Bytes of a file that a build leaves. */
const LARGEST = 64 * 1024 * 1024;

/** The texts of a flat folder, by name. A build may leave anything there: a link would lead out of it. */
export async function readFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder);
  const read = await Promise.all(
    names.map(async (name) => [name, await readOwn(join(folder, name))] as const),
  );
  return new Map(read.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function readOwn(path: string): Promise<string | undefined> {
  const status = await lstat(path);
  return status.isFile() && status.size <= LARGEST ? await readFile(path, 'utf8') : undefined;
}
