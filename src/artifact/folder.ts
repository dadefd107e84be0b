import { link, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { SizedFile } from '../run/artifact/compression.ts';
import { artifactPath } from '../run/artifact/path.ts';

/** The regular files below a folder, in order: no link is followed, and nothing that waits for a writer is opened. */
export async function filesBelow(folder: string): Promise<readonly SizedFile[]> {
  const files: SizedFile[] = [];
  for (const path of await pathsBelow(folder)) {
    files.push({ path: relative(folder, path), size: (await lstat(path)).size });
  }
  return files;
}

async function pathsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths: string[][] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) paths.push([...(await pathsBelow(path))]);
    else if (entry.isFile()) paths.push([path]);
  }
  return paths.flat();
}

/**
 * The client takes the path of a file as it lies, and refuses all files for one that has a colon in it. So the files are
 * put under paths that it takes, by hard links, which take no room.
 */
export async function linkUnder(root: string, folder: string, files: readonly SizedFile[]): Promise<void> {
  for (const { path } of files) {
    const place = join(root, artifactPath(path));
    await mkdir(dirname(place), { recursive: true });
    await link(join(folder, path), place);
  }
}
