import { once } from 'node:events';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { openAgain, openNew } from '../io/own-files.ts';
import { readBytes } from '../io/text-file.ts';
import type { RunFiles } from '../tools.ts';

interface RunFilesOptions {
  readonly limit?: number;
  /** Goes on with the log of an earlier process. */
  readonly again?: boolean;
}

/** What one run leaves on this machine: `log.txt` and the collected outputs, in a folder of this user alone. */
export function createRunFiles(
  folder: string,
  { limit = LOG_LIMIT, again = false }: RunFilesOptions = {},
): RunFiles {
  let log: WriteStream | undefined;
  let written = 0;
  const path = join(folder, 'log.txt');

  return {
    folder,
    async writeLog(bytes) {
      log ??= openLog(folder, path, again ? openAgain : openNew);
      const rest = bytes.subarray(0, Math.max(0, limit - written));
      written += rest.length;
      // `once` leaves no listener behind: a long log waits more often than an emitter may have listeners.
      if (rest.length > 0 && !log.write(rest)) await once(log, 'drain');
    },
    async closeLog() {
      if (log === undefined) return undefined;
      log.end();
      await finished(log);
      return path;
    },
    restart: () => rm(folder, { recursive: true, force: true }),
    read: (name) => readBytes(join(folder, name)),
  };
}

/** Bytes; what comes later is only shown. */
const LOG_LIMIT = 1024 ** 3;

function openLog(folder: string, path: string, open: typeof openNew): WriteStream {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return createWriteStream(path, { fd: open(path, 0o600) });
}
