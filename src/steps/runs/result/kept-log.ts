import { UserError, warningsOf } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { Host } from '../../../tools/host.ts';
import type { RunFiles } from '../../../tools/run-files.ts';

/** The files of a run whose log may fail: that is reported once, and the run goes on without it. */
export function withKeptLog(files: RunFiles, findings: Findings, { info }: Pick<Host, 'info'>): RunFiles {
  let failed = false;

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failed = true;
      info(`from here on the log is shown but not kept: ${error.message}`);
      findings.add(warningsOf(error));
      return undefined;
    }
  }

  return {
    folder: files.folder,
    restart: files.restart,
    read: files.read,
    outputs: files.outputs,
    async writeLog(bytes, node) {
      if (!failed) await attempt(() => files.writeLog(bytes, node));
    },
    closeLog: () => attempt(files.closeLog),
  };
}
