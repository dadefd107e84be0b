import { createWriteStream } from 'node:fs';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errnoOf } from '../../io/errno.ts';
import type { TarEntry } from '../../io/tar-reader.ts';

/** Files of outputs as they are put together; what cannot be taken is counted and told. */
export interface OutputFolder {
  /** false when a limit is reached: nothing more is taken. */
  add(entry: TarEntry): Promise<boolean>;
  problem(message: string): void;
  problems(): readonly string[];
  /** Paths relative to the folder, sorted. */
  files(): readonly string[];
}

const MAX_FILES = 10_000;
const MAX_BYTES = 2 * 1024 ** 3;
const IN_MEMORY = 1024 * 1024;
const TAKEN = new Set(['EEXIST', 'ENOTDIR', 'EISDIR']);

/** `root` must be new and ours alone: only then no path in it can lead out of it. */
export function createOutputFolder(root: string): OutputFolder {
  const files: string[] = [];
  const folders = new Set<string>();
  const problems: string[] = [];
  let bytes = 0;
  let leftOut = 0;

  async function write(entry: TarEntry): Promise<void> {
    const path = join(root, ...entry.path);
    try {
      await makeFolder(dirname(path));
      if (entry.target === undefined) await writeEntry(path, entry);
      else await link(join(root, ...entry.target), path);
      files.push(entry.path.join('/'));
    } catch (error) {
      if (!isHarmless(error, entry)) throw error;
      leftOut++;
    }
  }

  /** Asked of the system once for each. */
  async function makeFolder(path: string): Promise<void> {
    if (folders.has(path)) return;
    await mkdir(path, { recursive: true });
    folders.add(path);
  }

  function isTooMuch({ path, size, target }: TarEntry): boolean {
    bytes += target === undefined ? size : 0;
    if (files.length < MAX_FILES && bytes <= MAX_BYTES) return false;
    problems.push(
      `outputs are collected up to ${MAX_FILES} files and 2 GiB: the rest, from "${path.join('/')}" on, was left out`,
    );
    return true;
  }

  return {
    problem: (message) => problems.push(message),
    problems: () =>
      leftOut === 0
        ? problems
        : [
            ...problems,
            `${leftOut} entries of the outputs were left out: links, devices, or a name for the second time`,
          ],
    files: () => [...files].sort(),
    async add(entry) {
      if (entry.kind === 'folder') return true;
      if (entry.kind !== 'file') leftOut++;
      else if (isTooMuch(entry)) return false;
      else await write(entry);
      return true;
    },
  };
}

/** Small files, of which there may be many, need no stream. */
async function writeEntry(path: string, { body, executable, size }: TarEntry): Promise<void> {
  const options = { flag: 'wx', flags: 'wx', mode: executable ? 0o755 : 0o644 };
  if (size > IN_MEMORY) return await pipeline(body, createWriteStream(path, options));
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  await writeFile(path, Buffer.concat(chunks), options);
}

function isHarmless(error: unknown, { target }: TarEntry): boolean {
  const code = errnoOf(error) ?? '';
  return TAKEN.has(code) || (target !== undefined && code === 'ENOENT');
}
