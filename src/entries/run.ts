import * as core from '@actions/core';
import type { GithubHost } from '../host/github.ts';
import { readRunInputs, readRunStep, type SentInputs } from '../host/inputs/run.ts';
import { ARTIFACT, MAIN_PROCESS, SENT } from '../host/post-state.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ownProcess } from '../io/process/own-process.ts';
import { runFailureOutputs, runStepOutputs } from '../report/run-step.ts';
import { renderFailure } from '../report/summary/failure.ts';
import { renderSummary } from '../report/summary/summary.ts';
import { printResult } from '../report/text/result.ts';
import { runFindings } from '../run/findings.ts';
import { readPending } from '../run/pending/read.ts';
import { exitCodeOfRuns } from '../run/representative.ts';
import { runPending } from '../steps/pending/run-pending.ts';
import type { Result } from '../tools/result.ts';
import type { Tools } from '../tools/tools.ts';
import { runStep } from './step.ts';
import { writeSummary } from './write-summary.ts';

/** The step of `run/action.yml`. */
export async function runAction(): Promise<void> {
  await runStep({
    read: readRunStep,
    async work(inputs, tools, host) {
      core.saveState(MAIN_PROCESS, JSON.stringify(ownProcess()));
      core.saveState(ARTIFACT, String(inputs.artifact));
      const { from, job, leg, sent } = readRunInputs(process.env);
      if (sent !== undefined) core.saveState(SENT, 'true');
      const result =
        sent === undefined
          ? await runPending(readPending(from, { job, leg }), inputs, tools)
          : await runOfOthers(sent, inputs, tools);
      await report(inputs, result, host);
    },
    async failed(failure, host, inputs) {
      setOutputs(runFailureOutputs(failure, host.findings));
      if (inputs?.summary ?? true) await writeSummary(renderFailure(host.findings), host);
    },
  });
}

async function runOfOthers(sent: SentInputs, inputs: Inputs, tools: Tools): Promise<Result> {
  const { runSent } = await import('../steps/sent-run/run-sent.ts');
  return await runSent(sent.plan, sent, inputs, tools);
}

async function report(inputs: Inputs, result: Result, host: GithubHost): Promise<void> {
  const jobs = result.plan.jobs.map(({ job }) => job);
  for (const finding of runFindings(result.runs, jobs)) host.annotation(finding);
  for (const finding of result.findings) host.finding(finding);
  for (const line of printResult(result)) host.info(line);

  process.exitCode = exitCodeOfRuns(result.runs);
  const told: Result = { ...result, findings: host.findings };
  setOutputs(runStepOutputs(told, host.hide));
  if (inputs.summary) await writeSummary(renderSummary(told), host);
}

function setOutputs(outputs: ReadonlyMap<string, string>): void {
  for (const [name, value] of outputs) core.setOutput(name, value);
}
