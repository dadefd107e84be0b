import { dirname, join } from 'node:path';
import { makeFolder, writeOnce } from '../io/own-files.ts';
import { readTextFile } from '../io/text-file.ts';
import type { RunFiles } from '../tools.ts';
import { type LogFile, logError, openLogFile } from './log-file.ts';

/** What one run leaves on this machine: `log.txt` and the collected outputs, in a folder that Git does not see. */
export function createRunFiles(folder: string, limit: number = LOG_LIMIT): RunFiles {
  let log: LogFile | undefined;
  const path = join(folder, 'log.txt');

  return {
    folder,
    async writeLog(bytes) {
      log ??= await openLog(folder, path, limit);
      await log.write(bytes);
    },
    async closeLog() {
      if (log === undefined) return undefined;
      await log.close();
      return path;
    },
    read: (name) => readTextFile(join(folder, name)),
  };
}

/** Bytes; what comes later is only shown. */
const LOG_LIMIT = 1024 ** 3;

async function openLog(folder: string, path: string, limit: number): Promise<LogFile> {
  try {
    makeFolder(dirname(folder));
    makeFolder(folder);
    writeOnce(join(dirname(folder), '.gitignore'), '*\n');
    return await openLogFile(path, limit);
  } catch (error) {
    throw logError(error, path);
  }
}
