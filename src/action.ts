import * as core from '@actions/core';
import { temporaryFolder } from './connect/ground.ts';
import { connect } from './connect.ts';
import { UserError } from './errors.ts';
import { readCaller } from './host/caller.ts';
import { watchSignals } from './host/cancellation.ts';
import { explainFullDisk } from './host/disk-full.ts';
import { keepDockerfile } from './host/dockerfile-file.ts';
import { createGithubHost, type GithubHost } from './host/github.ts';
import { readInputs } from './host/inputs.ts';
import { outputsOf } from './host/outputs.ts';
import { createRecords, recordsFolder } from './host/records.ts';
import { renderFailure, renderSummary } from './host/summary.ts';
import type { Inputs } from './inputs.ts';
import { systemClock } from './io/clock.ts';
import { main } from './main.ts';
import type { Result } from './result.ts';
import { createCleaner } from './run/log.ts';
import { exitCodeOfVerdict } from './run/reason.ts';
import { readCheckout } from './source/checkout.ts';

/** The action's main step. */
export async function action(): Promise<void> {
  const { env } = process;
  const cancellation = watchSignals(process, () => process.exit(130));
  const host = createGithubHost({
    core,
    records: createRecords(recordsFolder(env)),
    cancelled: cancellation.signal,
    now: systemClock.now,
    cleaner: () => createCleaner(),
  });

  let summary = true;
  try {
    const { inputs, findings } = readInputs(env);
    summary = inputs.summary;
    for (const finding of findings) host.finding(finding);
    await report(inputs, await run(inputs, host), host);
  } catch (error) {
    const folders = [temporaryFolder(process.env), process.env['GITHUB_WORKSPACE'] || '.'];
    await fail(await explainFullDisk(error, folders), host, summary);
  } finally {
    host.annotate();
    cancellation.close();
  }
}

async function run(inputs: Inputs, host: GithubHost): Promise<Result> {
  const caller = await readCaller(inputs, process.env, await readCheckout(inputs.folder));
  const tools = connect(inputs, { env: process.env, host, clock: systemClock, caller });
  try {
    return await main(inputs, tools);
  } finally {
    await tools.close();
  }
}

async function report(inputs: Inputs, result: Result, host: GithubHost): Promise<void> {
  for (const finding of result.findings) host.finding(finding);
  const dockerfile = await keepDockerfile(result, temporaryFolder(process.env));
  for (const [name, value] of outputsOf(result, { dockerfile })) core.setOutput(name, value);
  await summarize(inputs.summary, renderSummary(result));
  process.exitCode = Math.max(0, ...result.runs.map(({ verdict }) => exitCodeOfVerdict(verdict)));
}

/** What the user can mend is told as findings; a bug keeps its stack. */
async function fail(error: unknown, host: GithubHost, summary: boolean): Promise<void> {
  process.exitCode = 1;
  if (!(error instanceof UserError)) {
    core.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return;
  }
  for (const finding of error.findings) host.finding(finding);
  await summarize(summary, renderFailure(error.findings));
}

async function summarize(wanted: boolean, text: string): Promise<void> {
  if (wanted && process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(text).write();
}
