import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { openNew } from '../io/own-files.ts';
import { readTextFile } from '../io/text-file.ts';
import type { RunFiles } from '../tools.ts';

/** What one run leaves on this machine: `log.txt` and the collected outputs, in a folder of this user alone. */
export function createRunFiles(folder: string, limit: number = LOG_LIMIT): RunFiles {
  let log: WriteStream | undefined;
  let written = 0;
  const path = join(folder, 'log.txt');

  return {
    folder,
    async writeLog(bytes) {
      log ??= openLog(folder, path);
      const rest = bytes.subarray(0, Math.max(0, limit - written));
      written += rest.length;
      if (rest.length > 0 && !log.write(rest)) await drained(log);
    },
    async closeLog() {
      if (log === undefined) return undefined;
      log.end();
      await finished(log);
      return path;
    },
    restart: () => rm(folder, { recursive: true, force: true }),
    read: (name) => readTextFile(join(folder, name)),
  };
}

/** Bytes; what comes later is only shown. */
const LOG_LIMIT = 1024 ** 3;

function openLog(folder: string, path: string): WriteStream {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return createWriteStream(path, { fd: openNew(path, 0o600) });
}

function drained(stream: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('drain', resolve);
    stream.once('error', reject);
  });
}
