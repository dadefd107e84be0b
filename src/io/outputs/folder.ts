import { constants, createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { takenBy } from '../../disk/reserve.ts';
import { errnoOf } from '../errno.ts';
import type { TarEntry } from '../fs/tar-reader.ts';
import type { Room } from './disk-space.ts';
import type { LeftOuts } from './left-out.ts';

/** A symbolic link of the outputs, to be followed when all files are there. */
export interface OutputLink {
  readonly path: readonly string[];
  readonly to: string;
}

/** Where the files of one output are put together. */
export interface OutputFolder {
  /** Throws for what ends the output: its archive, or the disk. */
  add(entry: TarEntry): Promise<void>;
  readonly taken: Taken;
}

export interface Taken {
  files: number;
  /** The first of them, and those that were asked for by name. */
  readonly names: string[];
  readonly links: OutputLink[];
  /** Regular files that this machine could not take, so that the container is the only place that has them. */
  lost: number;
}

export interface FolderOptions {
  /** New and ours alone: only then no path in it can lead out of it. */
  readonly root: string;
  readonly room: Room;
  readonly leftOuts: LeftOuts;
  /** Names that are remembered however many there are. */
  readonly wanted: ReadonlySet<string>;
}

/** Names that are remembered of the files of a run. */
export const MAX_NAMES = 1_000;
const IN_MEMORY = 1024 * 1024;

/** Why a regular file cannot be written, whose place on the disk is not at fault. */
const UNFIT: Readonly<Record<string, string>> = {
  EEXIST: 'a name that occurs twice',
  ENOTDIR: 'a name that occurs twice',
  EISDIR: 'a name that occurs twice',
  ENAMETOOLONG: 'a name that is too long here',
  EINVAL: 'a name that cannot be written here',
  EILSEQ: 'a name that cannot be written here',
};

export function createOutputFolder({ root, room, leftOuts, wanted }: FolderOptions): OutputFolder {
  const taken: Taken = { files: 0, names: [], links: [], lost: 0 };
  /** The archive has the files of a folder one after the other. */
  let last = root;

  async function write(entry: TarEntry): Promise<void> {
    try {
      await place(entry);
    } catch (error) {
      const why = whyUnfit(error, entry);
      if (why === undefined) throw error;
      return lose(entry, why);
    }
    const name = entry.path.join('/');
    taken.files += 1;
    if (taken.names.length < MAX_NAMES || wanted.has(name)) taken.names.push(name);
  }

  async function place(entry: TarEntry): Promise<void> {
    const path = join(root, ...entry.path);
    const parent = dirname(path);
    if (parent !== last) await mkdir(parent, { recursive: true });
    last = parent;
    if (entry.isHardLink) await linkFile(join(root, ...(entry.target ?? [])), path);
    else await writeEntry(path, entry, room);
  }

  function lose({ path }: TarEntry, why: string): void {
    taken.lost += 1;
    leftOuts.add(path, why);
  }

  async function add(entry: TarEntry): Promise<void> {
    if (entry.kind === 'file') return await write(entry);
    if (entry.kind === 'link') taken.links.push({ path: entry.path, to: entry.linkName ?? '' });
    else if (entry.kind === 'other') leftOuts.add(entry.path, 'a pipe, socket or device');
    else if (entry.kind === 'bad') lose(entry, 'a path that leads out of the archive');
  }

  return { add, taken };
}

function whyUnfit(error: unknown, { isHardLink }: TarEntry): string | undefined {
  const code = errnoOf(error) ?? '';
  if (isHardLink && ['ENOENT', 'EPERM', 'EXDEV'].includes(code))
    return 'another name of a file that was not collected';
  return UNFIT[code];
}

/** Another name of a file; a copy where the file system knows no second name. */
export async function linkFile(source: string, path: string): Promise<void> {
  try {
    await link(source, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(errnoOf(error) ?? '')) throw error;
    await copyFile(source, path, constants.COPYFILE_EXCL);
  }
}

/** Small files, of which there may be many, need no stream. */
async function writeEntry(path: string, { body, executable, size }: TarEntry, room: Room): Promise<void> {
  await room.check(takenBy(size));
  const options = { flag: 'wx', flags: 'wx', mode: executable ? 0o755 : 0o644 };
  if (size > IN_MEMORY) return await pipeline(watched(body, room), createWriteStream(path, options));
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  await writeFile(path, Buffer.concat(chunks), options);
}

/** Whoever else writes to the disk may fill it while a large file comes. */
async function* watched(body: AsyncIterable<Uint8Array>, room: Room): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    await room.check(chunk.length);
    yield chunk;
  }
}
