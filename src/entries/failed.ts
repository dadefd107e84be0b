import * as core from '@actions/core';
import { isHosted } from '../disk/free-space.ts';
import { exitCodeOf, UserError } from '../errors.ts';
import { explainFullDisk } from '../host/disk-full.ts';
import type { GithubHost } from '../host/github.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { temporaryFolder } from '../io/fs/folders.ts';
import { failureOutputs } from '../report/failed/outputs.ts';
import type { Failure } from '../report/failure.ts';
import { renderFailure } from '../report/summary/failure.ts';
import { writeSummary } from './write-summary.ts';

/** Tells later steps and the summary that nothing came out; what the log is told stands there already. */
export async function reportFailure(
  failure: Failure,
  host: GithubHost,
  inputs: Inputs | undefined,
): Promise<void> {
  await orDiskIsFull(host, async () => {
    setOutputs(failureOutputs(failure, host.findings));
    if (inputs?.summary ?? true) await writeSummary(renderFailure(host.findings), host);
  });
}

/** What later steps read cannot be written: that is an error of its own, and the exit code of a run that failed stays. */
export async function orDiskIsFull(host: GithubHost, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { env } = process;
    const explained = await explainFullDisk(error, [temporaryFolder(env)], isHosted(env));
    if (!(explained instanceof UserError)) throw error;
    for (const finding of explained.findings) host.finding(finding);
    process.exitCode ||= exitCodeOf(explained);
  }
}

export function setOutputs(outputs: ReadonlyMap<string, string>): void {
  for (const [name, value] of outputs) core.setOutput(name, value);
}
