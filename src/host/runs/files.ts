import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { openAgain, openNew } from '../../io/fs/own-files.ts';
import { readBytes } from '../../io/fs/text-file.ts';
import { removeTree } from '../../io/remove-tree.ts';
import type { RunFiles } from '../../tools/run-files.ts';
import { type LogFile, logError, openLogFile } from './log-file.ts';
import { outputFiles } from './output-files.ts';
import { linkLatest } from './run-folder.ts';

interface RunFilesOptions {
  readonly limit?: number;
  /** Goes on with the log of an earlier process. */
  readonly again?: boolean;
  /** Takes secrets out of a text. */
  readonly hide?: (text: string) => string;
}

/** What one run leaves on this machine: `log.txt` and the collected outputs, in a folder of this user alone. */
export function createRunFiles(
  folder: string,
  { limit = LOG_LIMIT, again = false, hide = String }: RunFilesOptions = {},
): RunFiles {
  /** By their names. */
  const logs = new Map<string, LogFile>();
  const main = 'log.txt';

  return {
    folder,
    async writeLog(bytes, node) {
      const name = node === undefined ? main : `log.node-${node}.txt`;
      const log =
        logs.get(name) ?? (await openLog(folder, join(folder, name), limit, again ? openAgain : openNew));
      logs.set(name, log);
      await log.write(bytes);
    },
    async closeLog() {
      for (const log of logs.values()) await log.close();
      return logs.has(main) ? join(folder, main) : undefined;
    },
    async outputs(run) {
      const files = await outputFiles(folder, run);
      for (const { path } of files) if (hide(path) !== path) throw secretName(hide(path));
      return files;
    },
    restart: () => removeTree(folder),
    read: (name) => readBytes(join(folder, name)),
  };
}

function secretName(hidden: string): UserError {
  return new UserError(`the name of the output "${hidden}" contains the value of a secret`, {
    code: 'outputs',
    hint: 'give the file another name: names of outputs are shown to whoever may read them',
  });
}

/** Bytes; what comes later is only shown. */
const LOG_LIMIT = 1024 ** 3;

async function openLog(folder: string, path: string, limit: number, open: typeof openNew): Promise<LogFile> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    linkLatest(folder);
    return await openLogFile(path, limit, () => open(path, 0o600));
  } catch (error) {
    throw logError(error, path);
  }
}
