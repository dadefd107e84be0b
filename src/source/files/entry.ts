import { createHash, hash } from 'node:crypto';
import { readlinkSync, readSync, type Stats } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { FileEntry } from '../../plan/plan.ts';
import type { RememberedHashes } from '../remembered/hashes.ts';
import { unreadable, withOpenFile } from './guard.ts';
import { hasWindowsLine } from './line-ends.ts';
import type { Candidate } from './listing.ts';
import { isLfsPointer } from './survey.ts';

/** Small files are most files: one buffer for all of them, and no promise per file, is several times faster. */
const BUFFER_SIZE = 1_048_576;
const buffer = Buffer.allocUnsafe(BUFFER_SIZE);

export interface ReadEntry {
  readonly entry: FileEntry;
  /** The first bytes of a file. Valid until the next one is read. */
  readonly start: Uint8Array;
}

/** Reads a file or link; `admit` is called with the size before the contents are read. */
export function readEntry(
  absolute: string,
  candidate: Candidate,
  admit: (size: number) => void,
  hashes?: RememberedHashes,
): ReadEntry {
  try {
    if (candidate.kind === 'link') return readLink(absolute, candidate.path);
    return (
      rememberedFile(absolute, candidate.path, admit, hashes) ??
      readFile(absolute, candidate.path, admit, hashes)
    );
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(candidate.path, error);
  }
}

function readLink(absolute: string, path: string): ReadEntry {
  const content = linkTarget(absolute, path);
  return { entry: { path, kind: 'link', executable: false, content, size: 0 }, start: NOTHING };
}

const NOTHING = new Uint8Array();

export function linkTarget(absolute: string, path: string): string {
  const bytes = readlinkSync(absolute, { encoding: 'buffer' });
  const target = bytes.toString('utf8');
  if (Buffer.from(target, 'utf8').equals(bytes)) return target;
  throw new UserError(`the target of the link ${JSON.stringify(path)} is not UTF-8`, { code: 'file-name' });
}

/** Nothing is remembered of a file whose first bytes say something. */
function rememberedFile(
  absolute: string,
  path: string,
  admit: (size: number) => void,
  hashes: RememberedHashes | undefined,
): ReadEntry | undefined {
  const known = hashes?.find(absolute);
  if (known === undefined) return undefined;
  const { content, stats } = known;
  admit(stats.size);
  return {
    entry: { path, kind: 'file', executable: isExecutable(stats), content, size: stats.size },
    start: NOTHING,
  };
}

function readFile(
  absolute: string,
  path: string,
  admit: (size: number) => void,
  hashes: RememberedHashes | undefined,
): ReadEntry {
  return withOpenFile(absolute, (descriptor, stats) => {
    if (!stats.isFile()) throw new UserError(`${JSON.stringify(path)} changed while it was read`);
    admit(stats.size);
    const filled = fill(descriptor, stats.size);
    const read =
      filled < BUFFER_SIZE
        ? { content: hash('sha256', buffer.subarray(0, filled), 'hex'), size: filled }
        : hashRest(descriptor);
    const entry = { path, kind: 'file', executable: isExecutable(stats), ...read } as const;
    const start = buffer.subarray(0, Math.min(filled, 1_024));
    if (read.size === stats.size && !isTelling(entry, start)) hashes?.keep(stats, read.content);
    return { entry, start };
  });
}

/** Whether the first bytes matter, under this name or another one that the file has. */
function isTelling(entry: FileEntry, start: Uint8Array): boolean {
  return isLfsPointer(entry, start) || hasWindowsLine(start);
}

/** As `chmod a+X`: executable for anybody. */
export function isExecutable(stats: Stats): boolean {
  return (stats.mode & 0o111) !== 0;
}

/** Reads until the buffer is full or the file ends; `size`, where it is known, saves asking for its end. */
function fill(descriptor: number, size?: number): number {
  let filled = 0;
  while (filled < BUFFER_SIZE) {
    const count = readSync(descriptor, buffer, filled, BUFFER_SIZE - filled, null);
    filled += count;
    if (count === 0 || filled === size) return filled;
  }
  return filled;
}

/** Goes on from a buffer that is full. */
function hashRest(descriptor: number): { readonly content: string; readonly size: number } {
  const sum = createHash('sha256');
  let size = 0;
  for (let filled = BUFFER_SIZE; filled > 0; filled = fill(descriptor)) {
    sum.update(buffer.subarray(0, filled));
    size += filled;
  }
  return { content: sum.digest('hex'), size };
}
