import * as core from '@actions/core';
import { temporaryFolder } from './connect/ground.ts';
import { connect } from './connect.ts';
import { type Finding, UserError } from './errors.ts';
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

/** What tells one step of a workflow from another. */
export interface Step {
  read(env: Readonly<Record<string, string | undefined>>): InputsRead;
  work(inputs: Inputs, tools: Tools, host: GithubHost): Promise<void>;
  /** Told of what the user can mend, after it was shown; the inputs are undefined when they could not be read. */
  failed?(findings: readonly Finding[], inputs: Inputs | undefined): Promise<void>;
}

/** A step of a workflow on the runner, from its inputs to its exit code. */
export async function runStep(step: Step): Promise<void> {
  const { env } = process;
  const cancellation = watchSignals(process, () => process.exit(130));
  const host = createGithubHost({
    core,
    records: createRecords(recordsFolder(env)),
    cancelled: cancellation.signal,
    now: systemClock.now,
    cleaner: () => createCleaner(),
  });

  let known: Inputs | undefined;
  try {
    const { inputs, findings } = step.read(env);
    known = inputs;
    for (const finding of findings) host.finding(finding);
    await connected(inputs, host, step);
  } catch (error) {
    const folders = [temporaryFolder(env), env['GITHUB_WORKSPACE'] || '.'];
    const findings = fail(await explainFullDisk(error, folders), host);
    if (findings !== undefined) await step.failed?.(findings, known);
  } finally {
    host.annotate();
    cancellation.close();
  }
}

async function connected(inputs: Inputs, host: GithubHost, { work }: Step): Promise<void> {
  const caller = await readCaller(inputs, process.env, readCheckout(inputs.folder));
  const tools = connect(inputs, { env: process.env, host, clock: systemClock, caller });
  try {
    await work(inputs, tools, host);
  } finally {
    await tools.close();
  }
}

/** What the user can mend is told as findings, and comes back; a bug keeps its stack. */
function fail(error: unknown, host: GithubHost): readonly Finding[] | undefined {
  process.exitCode = 1;
  if (!(error instanceof UserError)) {
    core.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return undefined;
  }
  for (const finding of error.findings) host.finding(finding);
  return error.findings;
}
