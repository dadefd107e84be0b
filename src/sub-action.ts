import * as core from '@actions/core';
import { temporaryFolder } from './connect/ground.ts';
import { connect } from './connect.ts';
import { UserError } from './errors.ts';
import { readCaller } from './host/caller.ts';
import { watchSignals } from './host/cancellation.ts';
import { explainFullDisk } from './host/disk-full.ts';
import { createGithubHost, type GithubHost } from './host/github.ts';
import type { InputsRead } from './host/inputs.ts';
import { createRecords, recordsFolder } from './host/records.ts';
import type { Inputs } from './inputs.ts';
import { systemClock } from './io/clock.ts';
import { createCleaner } from './run/log.ts';
import { readCheckout } from './source/checkout.ts';
import type { Tools } from './tools.ts';

type Work = (inputs: Inputs, tools: Tools, host: GithubHost) => Promise<void>;

/** One step of a workflow, from its inputs to its exit code; it leaves nothing for a post step. */
export async function subAction(
  read: (env: Readonly<Record<string, string | undefined>>) => InputsRead,
  work: Work,
): Promise<void> {
  const { env } = process;
  const cancellation = watchSignals(process, () => process.exit(130));
  const host = createGithubHost({
    core,
    records: createRecords(recordsFolder(env)),
    cancelled: cancellation.signal,
    now: systemClock.now,
    cleaner: () => createCleaner(),
  });
  try {
    const { inputs, findings } = read(env);
    for (const finding of findings) host.finding(finding);
    await connected(inputs, host, work);
  } catch (error) {
    fail(await explainFullDisk(error, [temporaryFolder(env)]), host);
  } finally {
    host.annotate();
    cancellation.close();
  }
}

async function connected(inputs: Inputs, host: GithubHost, work: Work): Promise<void> {
  const caller = await readCaller(inputs, process.env, await readCheckout(inputs.folder));
  const tools = connect(inputs, { env: process.env, host, clock: systemClock, caller });
  try {
    await work(inputs, tools, host);
  } finally {
    await tools.close();
  }
}

/** What the user can mend is told as findings; a bug keeps its stack. */
function fail(error: unknown, host: GithubHost): void {
  process.exitCode = 1;
  if (error instanceof UserError) for (const finding of error.findings) host.finding(finding);
  else core.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
