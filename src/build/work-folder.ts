import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../io/errno.ts';

const PREFIX = 'jobimg-build-';

/** A private folder (0700) for one build's credentials and answers. */
export async function openWorkFolder(temporary: string): Promise<string> {
  return await mkdtemp(join(temporary, `${PREFIX}${process.pid}-`));
}

export async function closeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Removes the folders named `jobimg-[build-]<pid>-…` of processes that were killed: no credentials outlive them for long. */
export async function removeLeftovers(temporary: string): Promise<void> {
  const names = await readdir(temporary);
  const dead = names.filter((name) => {
    const pid = /^jobimg-(?:build-)?(\d+)-/.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  await Promise.all(dead.map((name) => closeWorkFolder(join(temporary, name))));
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

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}
