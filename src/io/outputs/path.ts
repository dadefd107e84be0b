import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import posix from 'node:path/posix';
import type { Readable } from 'node:stream';
import { printBytes } from '../../disk/bytes.ts';
import { takenBy } from '../../disk/reserve.ts';
import { type Finding, messageOf, UserError } from '../../errors.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { errnoOf } from '../errno.ts';
import { readTar, TarError } from '../fs/tar-reader.ts';
import { removeTree } from '../remove-tree.ts';
import { isFull, NoRoom, type Room } from './disk-space.ts';
import { createOutputFolder, type FolderOptions, type Taken } from './folder.ts';
import { LeftOuts } from './left-out.ts';
import { checkInside, isDeclared, wantedNames } from './paths.ts';

/** What is to be copied, and where to. */
export interface CopyOptions {
  readonly run: RunPlan;
  /** The folder of the container that outputs are relative to. */
  readonly from: string;
  readonly paths: readonly string[];
  readonly folder: string;
}

/**
 * The tar of an absolute path of the container, in which the first part of each path is the last one of that; undefined:
 * nothing is there.
 */
export type OpenArchive = (source: string) => Promise<Readable | undefined>;

/** Tries again what failed and may pass; each try begins anew, with nothing left of the one before. */
export type RepeatCopy = <T>(attempt: () => Promise<T>) => Promise<T>;

/** What came of it so far. */
export interface Copy {
  readonly temporary: string;
  readonly room: Room;
  readonly leftOuts: LeftOuts;
  readonly taken: Taken[];
  readonly findings: Finding[];
  readonly failures: Failure[];
  readonly open: OpenArchive;
  readonly repeat: RepeatCopy | undefined;
  /** Whether all of it fits surely: then nothing is measured. */
  readonly isSure: boolean;
}

/** An output that is only in the container. */
export interface Failure {
  readonly path: string;
  readonly why: string;
}

/** Copies one output whole, or leaves nothing of it and says why. */
export async function collectPath(path: string, wanted: CopyOptions, copy: Copy): Promise<void> {
  const { failures, findings, taken } = copy;
  const attempt = () => tryOnce(path, wanted, copy);
  try {
    checkInside(path);
    const one = await (copy.repeat === undefined ? attempt() : copy.repeat(attempt));
    if ((one === undefined || isEmpty(one)) && isDeclared(wanted.run, path))
      findings.push(warning(`the job left no output "${path}"`));
    if (one === undefined) return;
    taken.push(one);
    if (one.lost > 0) failures.push({ path, why: `${one.lost} of its files cannot be written here` });
  } catch (error) {
    failures.push({ path, why: whyFailed(error, wanted.folder) });
  }
}

/** A folder that is mounted for an output is there before the job begins. */
function isEmpty({ files, links, lost }: Taken): boolean {
  return files + links.length + lost === 0;
}

/** undefined: nothing is there. */
async function tryOnce(path: string, wanted: CopyOptions, copy: Copy): Promise<Taken | undefined> {
  const source = posix.join(wanted.from, path);
  const { room, temporary } = copy;
  const leftOuts = new LeftOuts();
  try {
    if (!copy.isSure) await checkFits(source, copy);
    const tar = await copy.open(source);
    if (tar === undefined) return undefined;
    const place = path === '.' ? [] : path.split('/');
    const taken = await unpack(tar, place, {
      root: temporary,
      room,
      leftOuts,
      wanted: wantedNames(wanted.run),
    });
    copy.leftOuts.take(leftOuts);
    return taken;
  } catch (error) {
    await removeInside(temporary, path);
    throw error;
  }
}

/** What of a failure a person can use; what nobody expected is a bug, and is thrown. */
export function whyFailed(error: unknown, folder: string): string {
  if (error instanceof NoRoom) return error.message;
  if (isFull(error)) return `no space is left on the disk of "${dirname(folder)}"`;
  if (error instanceof TarError || error instanceof UserError || errnoOf(error) !== undefined)
    return messageOf(error);
  throw error;
}

/** One sentence for all outputs that could not be copied whole. */
export function failureText(failures: readonly Failure[]): string {
  return failures.map(({ path, why }) => `the output "${path}" could not be copied: ${why}`).join('; ');
}

export function warning(message: string, hint?: string): Finding {
  return { level: 'warning', code: 'outputs', message, hint };
}

/** Reads the archive to its end for its size alone, where it may not fit: nothing is begun that cannot be ended. */
async function checkFits(source: string, { open, room }: Copy): Promise<void> {
  const tar = await open(source);
  if (tar === undefined) return;
  let bytes = 0;
  for await (const { kind, isHardLink, size } of readTar(tar)) {
    if (kind === 'file' && !isHardLink) bytes += takenBy(size);
  }
  try {
    await room.check(bytes);
  } catch (error) {
    if (error instanceof NoRoom) throw new NoRoom(`it takes ${printBytes(bytes)}, and ${error.message}`);
    throw error;
  }
}

/** The first part of each path in the tar is the name of what was asked for; `place` stands for it. */
async function unpack(tar: Readable, place: readonly string[], options: FolderOptions): Promise<Taken> {
  const output = createOutputFolder(options);
  for await (const entry of readTar(tar)) {
    const target = entry.target === undefined ? undefined : [...place, ...entry.target.slice(1)];
    const path = entry.kind === 'bad' ? entry.path : [...place, ...entry.path.slice(1)];
    await output.add({ ...entry, path, target });
  }
  return output.taken;
}

/** Of an output that broke off, nothing is left that could be taken for a whole file. */
async function removeInside(temporary: string, path: string): Promise<void> {
  if (path !== '.') return await removeTree(join(temporary, path));
  for (const name of await readdir(temporary)) await removeTree(join(temporary, name));
}
