import * as core from '@actions/core';
import type { GithubHost } from '../host/github.ts';
import { readLockInputs } from '../host/inputs/lock.ts';
import { writeLockFile } from '../host/lock-file.ts';
import { renderFailure } from '../report/summary/failure.ts';
import { renderLocked } from '../report/summary/lock-summary.ts';
import { isCurrent, type Locked, lockJobs, lockSentence } from '../steps/lock/lock-jobs.ts';
import { runStep } from './step.ts';
import { writeSummary } from './write-summary.ts';

/** The step of `lock/action.yml`. */
export async function lockAction(): Promise<void> {
  await runStep({
    read: readLockInputs,
    async work(inputs, tools, host) {
      const locked = await lockJobs(inputs, tools);
      if (locked.text !== undefined) writeLockFile(inputs.folder, locked.text);
      report(locked, host);
      await writeSummary(renderLocked({ ...locked, sentence: lockSentence(locked) }), host);
    },
    async failed(_, host) {
      await writeSummary(renderFailure(host.findings), host);
    },
  });
}

function report(locked: Locked, host: GithubHost): void {
  const { findings, changes } = locked;
  const current = isCurrent(locked);
  for (const finding of findings) host.finding(finding);
  for (const line of changes) host.info(line);
  if (current) host.info(lockSentence(locked));
  core.setOutput('changed', String(!current || changes.length > 0));
  core.setOutput('changes', changes.join('\n'));
  process.exitCode = current ? 0 : 1;
}
