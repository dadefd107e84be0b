import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = 'build-';

/** A private folder (0700) for one build's credentials and answers. */
export async function openWorkFolder(temporary: string): Promise<string> {
  return await mkdtemp(join(temporary, PREFIX));
}

export async function closeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** A file that only we may read, for buildx to hand over. */
export async function writePrivate(folder: string, name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content, { mode: 0o600 });
  return file;
}

/** The texts of a flat folder, by name. */
export async function readFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
