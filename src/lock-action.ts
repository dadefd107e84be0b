import * as core from '@actions/core';
import { writeLockFile } from './host/lock-file.ts';
import { readLockInputs } from './host/lock-inputs.ts';
import { runStep } from './step.ts';
import { isCurrent, lockJobs } from './steps/lock.ts';

/** The step of `lock/action.yml`. */
export async function lockAction(): Promise<void> {
  await runStep({
    read: readLockInputs,
    async work(inputs, tools, host) {
      const locked = await lockJobs(inputs, tools);
      if (locked.text !== undefined) await writeLockFile(inputs.folder, locked.text);
      for (const finding of locked.findings) host.finding(finding);
      for (const line of locked.changes) host.info(line);
      const current = isCurrent(locked);
      core.setOutput('changed', String(!current || locked.changes.length > 0));
      core.setOutput('changes', locked.changes.join('\n'));
      process.exitCode = current ? 0 : 1;
    },
  });
}
