import { lstat, mkdtemp, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { printBytes } from '../../disk/bytes.ts';
import { takenBy } from '../../disk/reserve.ts';
import { UserError } from '../../errors.ts';
import type { OutputsPart } from '../../evidence/outputs/outputs-parts.ts';
import type { Descriptor } from '../../oci/types.ts';
import { errnoOf } from '../errno.ts';
import type { diskOf } from '../fs/disk.ts';
import { makeFolder } from '../fs/own-files.ts';
import { partsOf, readTar, type TarEntry, TarError } from '../fs/tar-reader.ts';
import { removeTree } from '../remove-tree.ts';
import { isFull, NoRoom, type Room, roomIn } from './disk-space.ts';
import { createOutputFolder, type OutputFolder } from './folder.ts';
import { LeftOuts } from './left-out.ts';

/** Files that one artifact may have. */
export const MOST_FILES = 100_000;

export interface PulledFolder {
  readonly files: number;
  readonly bytes: number;
}

interface PullOptions {
  /** The bytes of a layer; other bytes than its digest says end in an error. */
  readonly open: (blob: Descriptor) => Promise<AsyncIterable<Uint8Array>>;
  readonly diskOf?: typeof diskOf | undefined;
}

/**
 * Puts outputs from a registry into a new folder, whole or not at all: they are put together beside it, and get its name
 * when all of them are there. Whoever pushed them may have been anybody: only regular files come, and none outside of it.
 */
export async function pullFolder(
  folder: string,
  parts: readonly OutputsPart[],
  { open, diskOf }: PullOptions,
): Promise<PulledFolder> {
  const temporary = await makeBeside(folder);
  try {
    const bytes = parts.reduce((sum, { blob }) => sum + takenBy(blob.size), 0);
    const room = await roomIn(dirname(folder), diskOf);
    await checkRoom(bytes, room);
    const leftOuts = new LeftOuts();
    const target = createOutputFolder({ root: temporary, room, leftOuts, wanted: new Set() });
    for (const part of parts) await addPart(part, await open(part.blob), { target, leftOuts });
    await rename(temporary, folder);
    return { files: target.taken.files, bytes };
  } catch (error) {
    throw explained(error, folder);
  } finally {
    await removeTree(temporary);
  }
}

async function makeBeside(folder: string): Promise<string> {
  await refuseThere(folder);
  try {
    makeFolder(dirname(folder));
    return await mkdtemp(`${folder}.part-`);
  } catch (error) {
    throw explained(error, folder);
  }
}

async function refuseThere(folder: string): Promise<void> {
  const there = await lstat(folder).catch((error: unknown) => {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  });
  if (there === undefined) return;
  throw new UserError(`"${folder}" already exists`, {
    kind: 'usage',
    code: 'outputs',
    hint: 'name a folder that is not there yet: --to <folder>',
  });
}

/** Before hours of download, as far as it can be known. */
async function checkRoom(bytes: number, room: Room): Promise<void> {
  const left = await room.left();
  if (bytes > left)
    throw new NoRoom(`they take ${printBytes(bytes)}, and "${room.folder}" has room for ${printBytes(left)}`);
}

interface Into {
  readonly target: OutputFolder;
  readonly leftOuts: LeftOuts;
}

async function addPart(
  { file, blob }: OutputsPart,
  bytes: AsyncIterable<Uint8Array>,
  into: Into,
): Promise<void> {
  if (file === undefined) {
    for await (const entry of readTar(Readable.from(bytes))) await addEntry(entry, into);
    return;
  }
  const path = partsOf(file.path);
  if (path === undefined || path.length === 0) throw unsafe(file.path);
  const { size } = blob;
  await addEntry(
    { path, kind: 'file', isHardLink: false, size, executable: file.executable, body: bytes },
    into,
  );
}

async function addEntry(entry: TarEntry, { target, leftOuts }: Into): Promise<void> {
  if (entry.kind === 'folder') return;
  if (entry.kind !== 'file' || entry.isHardLink) throw unsafe(entry.path.join('/'));
  await target.add(entry);
  if (target.taken.lost > 0) throw damaged(leftOuts.message() ?? 'a file could not be written');
  if (target.taken.files > MOST_FILES) throw damaged(`the artifact has more than ${MOST_FILES} files`);
}

function unsafe(path: string): UserError {
  return damaged(
    `the artifact contains ${JSON.stringify(path.slice(0, 200))}, which is no file inside of it`,
  );
}

function damaged(why: string): UserError {
  return new UserError(`nothing was pulled: ${why}`, {
    code: 'outputs',
    hint: 'jobimg pushes no such artifact: ask who has pushed it',
  });
}

const UNUSABLE = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOTEMPTY', 'EEXIST']);

function explained(error: unknown, folder: string): unknown {
  if (error instanceof TarError) return damaged(error.message);
  if (error instanceof NoRoom || isFull(error)) {
    const why = error instanceof NoRoom ? error.message : 'the disk is full';
    return new UserError(`nothing was pulled: ${why}`, {
      kind: 'unavailable',
      code: 'disk-full',
      hint: 'free some space, or name a folder on another disk: --to <folder>',
    });
  }
  const code = errnoOf(error) ?? '';
  if (error instanceof UserError || !UNUSABLE.has(code)) return error;
  return new UserError(`"${folder}" cannot be made: ${code}`, {
    kind: 'usage',
    code: 'outputs',
    hint: 'name a folder in one that is there and that you may write to: --to <folder>',
    cause: error,
  });
}
