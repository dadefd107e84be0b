import * as core from '@actions/core';
import { isHosted } from '../disk/free-space.ts';
import { exitCodeOf, UserError } from '../errors.ts';
import { explainFullDisk } from '../host/disk-full.ts';
import { keepDockerfile } from '../host/dockerfile-file.ts';
import { ARTIFACT, type GithubHost, KEEP_BUILDER } from '../host/github.ts';
import { readInputs } from '../host/inputs/action.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { temporaryFolder } from '../io/fs/folders.ts';
import { failureOutputs, outputsOf } from '../report/outputs.ts';
import { renderFailure, renderSummary } from '../report/summary/summary.ts';
import { printResult } from '../report/text/result.ts';
import { runFindings } from '../run/findings.ts';
import { exitCodeOfRuns } from '../run/representative.ts';
import { main } from '../steps/main.ts';
import type { Result } from '../tools/result.ts';
import { runStep } from './step.ts';
import { writeSummary } from './write-summary.ts';

/** The action's main step. */
export async function action(): Promise<void> {
  await runStep({
    read: readInputs,
    async work(inputs, tools, host) {
      core.saveState(KEEP_BUILDER, String(inputs.keepBuilder));
      core.saveState(ARTIFACT, String(inputs.artifact));
      const { trusted } = tools.caller.rights;
      await report(inputs, await main(inputs, tools), { host, trusted });
    },
    async failed(failure, host, inputs) {
      await orDiskIsFull(host, async () => {
        setOutputs(failureOutputs(failure, host.findings));
        if (inputs?.summary ?? true) await writeSummary(renderFailure(host.findings), host);
      });
    },
  });
}

interface ReportOptions {
  readonly host: GithubHost;
  readonly trusted: boolean;
}

async function report(inputs: Inputs, result: Result, { host, trusted }: ReportOptions): Promise<void> {
  const jobs = result.plan.jobs.map(({ job }) => job);
  for (const finding of runFindings(result.runs, jobs)) host.annotation(finding);
  for (const finding of result.findings) host.finding(finding);
  for (const line of printResult(result)) host.info(line);

  process.exitCode = exitCodeOfRuns(result.runs);
  const cost = await sayCost(inputs, result, host);
  await orDiskIsFull(host, async () => {
    const told: Result = { ...result, findings: host.findings };
    const dockerfile = keepDockerfile(result, temporaryFolder(process.env));
    setOutputs(outputsOf(told, { dockerfile, cost, trusted, hide: host.hide }));
    if (inputs.summary) await writeSummary(renderSummary(told), host);
  });
}

/** Loaded for a check of a pull request alone. */
async function sayCost(
  { comment, githubToken: token }: Inputs,
  { cost }: Result,
  host: GithubHost,
): Promise<string | undefined> {
  if (cost === undefined) return undefined;
  const { tellCost } = await import('./pull-request.ts');
  return await tellCost(cost, { comment, token, host });
}

/** What later steps read cannot be written: that is an error of its own, and the exit code of a run that failed stays. */
async function orDiskIsFull(host: GithubHost, work: () => Promise<void>): Promise<void> {
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

function setOutputs(outputs: ReadonlyMap<string, string>): void {
  for (const [name, value] of outputs) core.setOutput(name, value);
}
