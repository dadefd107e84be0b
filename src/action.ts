import * as core from '@actions/core';
import { temporaryFolder } from './connect/ground.ts';
import { keepDockerfile } from './host/dockerfile-file.ts';
import { type GithubHost, KEEP_BUILDER } from './host/github.ts';
import { readInputs } from './host/inputs.ts';
import { outputsOf } from './host/outputs.ts';
import { renderFailure, renderSummary } from './host/summary.ts';
import type { Inputs } from './inputs.ts';
import { main } from './main.ts';
import type { Result } from './result.ts';
import { exitCodeOfRuns } from './run/decisive.ts';
import { runStep } from './step.ts';

/** The action's main step. */
export async function action(): Promise<void> {
  await runStep({
    read: readInputs,
    async work(inputs, tools, host) {
      core.saveState(KEEP_BUILDER, String(inputs.keepBuilder));
      await report(inputs, await main(inputs, tools), host);
    },
    async failed(findings, inputs) {
      await summarize(inputs?.summary ?? true, renderFailure(findings));
    },
  });
}

async function report(inputs: Inputs, result: Result, host: GithubHost): Promise<void> {
  for (const finding of result.findings) host.finding(finding);
  const dockerfile = await keepDockerfile(result, temporaryFolder(process.env));
  for (const [name, value] of outputsOf(result, { dockerfile })) core.setOutput(name, value);
  await summarize(inputs.summary, renderSummary(result));
  process.exitCode = exitCodeOfRuns(result.runs);
}

async function summarize(wanted: boolean, text: string): Promise<void> {
  if (wanted && process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(text).write();
}
