import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openAgain, openNew } from '../../io/fs/own-files.ts';
import { readBytes } from '../../io/fs/text-file.ts';
import type { RunFiles } from '../../tools/run-files.ts';
import { type LogFile, logError, openLogFile } from './log-file.ts';

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
  let log: LogFile | undefined;
  const path = join(folder, 'log.txt');

  return {
    folder,
    async writeLog(bytes) {
      log ??= await openLog(folder, path, limit, again ? openAgain : openNew);
      await log.write(bytes);
    },
    async closeLog() {
      if (log === undefined) return undefined;
      await log.close();
      return path;
    },
    restart: () => rm(folder, { recursive: true, force: true }),
    read: (name) => readBytes(join(folder, name)),
  };
}

/** Bytes; what comes later is only shown. */
const LOG_LIMIT = 1024 ** 3;

async function openLog(folder: string, path: string, limit: number, open: typeof openNew): Promise<LogFile> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return await openLogFile(path, limit, () => open(path, 0o600));
  } catch (error) {
    throw logError(error, path);
  }
}
