import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { printBytes } from '../../disk/bytes.ts';
import { floorOf } from '../../disk/reserve.ts';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../../io/errno.ts';
import { diskOf } from '../../io/fs/disk.ts';
import { openNew } from '../../io/fs/own-files.ts';

/** A log as it grows; what stops it is a `UserError`, thrown once. */
export interface LogFile {
  write(bytes: Uint8Array): Promise<void>;
  /** After what stopped it, too: what was written until then is there. */
  close(): Promise<void>;
}

/** Bytes that are written before the disk is asked again. */
const STEP = 1024 ** 2;

/** `limit` in bytes; `open` gives the file to write to. */
export async function openLogFile(
  path: string,
  limit: number,
  open: () => number = () => openNew(path, 0o600),
): Promise<LogFile> {
  const folder = dirname(path);
  const floor = floorOf((await diskOf(folder))?.free ?? 0);
  const stream = createWriteStream(path, { fd: open() });
  let failure: unknown;
  let isTold = false;
  let written = 0;
  let ahead = 0;
  // Without a listener, an error that comes between two writes would end the process.
  stream.on('error', (error) => {
    failure = error;
  });

  async function checkRoom(bytes: number): Promise<void> {
    if (written > limit)
      throw new UserError(`the log "${path}" ends after ${printBytes(limit)}`, { code: 'log' });
    ahead -= bytes;
    if (ahead > 0) return;
    ahead = STEP;
    const free = (await diskOf(folder))?.free ?? Number.POSITIVE_INFINITY;
    if (free < floor) throw diskFull(path, `${printBytes(free)} are free in "${folder}"`);
  }

  async function write(bytes: Uint8Array): Promise<void> {
    try {
      if (failure !== undefined) throw failure;
      const rest = bytes.subarray(0, Math.max(0, limit - written));
      written += bytes.length;
      if (rest.length > 0 && !stream.write(rest)) await once(stream, 'drain');
      await checkRoom(bytes.length);
    } catch (error) {
      isTold = true;
      throw logError(error, path);
    }
  }

  async function close(): Promise<void> {
    try {
      stream.end();
      await finished(stream);
    } catch (error) {
      if (!isTold) throw logError(error, path);
    }
  }

  return { write, close };
}

/** What a person can do something about; the rest is a bug. */
export function logError(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (error instanceof UserError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, `no space is left in "${dirname(path)}"`);
  return new UserError(`the log "${path}" cannot be written: ${code}`, { code: 'log', cause: error });
}

function diskFull(path: string, why: string): UserError {
  return new UserError(`the log "${path}" is cut off: ${why}`, {
    kind: 'unavailable',
    code: 'disk-full',
    hint: 'free space there before the next run',
  });
}
