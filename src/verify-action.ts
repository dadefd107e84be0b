import * as core from '@actions/core';
import { temporaryFolder } from './connect/ground.ts';
import { connect } from './connect.ts';
import { UserError } from './errors.ts';
import { readCaller } from './host/caller.ts';
import { watchSignals } from './host/cancellation.ts';
import { explainFullDisk } from './host/disk-full.ts';
import { createGithubHost, type GithubHost } from './host/github.ts';
import { createRecords, recordsFolder } from './host/records.ts';
import { readVerifyInputs } from './host/verify-inputs.ts';
import { verifyExitCode, verifyOutputs } from './host/verify-result.ts';
import type { Inputs } from './inputs.ts';
import { systemClock } from './io/clock.ts';
import { createCleaner } from './run/log.ts';
import { readCheckout } from './source/checkout.ts';
import { verifyImages } from './steps/verify-images.ts';
import type { Verified } from './verify/verified.ts';

/** The step of `verify/action.yml`. */
export async function verifyAction(): Promise<void> {
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
    const { inputs, findings } = readVerifyInputs(env);
    for (const finding of findings) host.finding(finding);
    report(await verify(inputs, host), host);
  } catch (error) {
    fail(await explainFullDisk(error, [temporaryFolder(env)]), host);
  } finally {
    host.annotate();
    cancellation.close();
  }
}

async function verify(inputs: Inputs, host: GithubHost): Promise<Verified> {
  const caller = await readCaller(inputs, process.env, await readCheckout(inputs.folder));
  const tools = connect(inputs, { env: process.env, host, clock: systemClock, caller });
  try {
    return await verifyImages(inputs, tools);
  } finally {
    await tools.close();
  }
}

function report(verified: Verified, host: GithubHost): void {
  for (const finding of verified.findings) host.finding(finding);
  for (const [name, value] of verifyOutputs(verified)) core.setOutput(name, value);
  process.exitCode = verifyExitCode(verified);
}

/** What the user can mend is told as findings; a bug keeps its stack. */
function fail(error: unknown, host: GithubHost): void {
  process.exitCode = 1;
  if (error instanceof UserError) for (const finding of error.findings) host.finding(finding);
  else core.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
