import * as core from '@actions/core';
import { UserError } from '../errors.ts';
import type { GithubHost } from '../host/github.ts';
import { ATTACH_INPUTS, readOthers, readRunsInputs } from '../host/inputs/found-runs.ts';
import { CANCELLED } from '../report/failure.ts';
import { runOutputs } from '../report/outputs/run.ts';
import { printRun } from '../report/text/result.ts';
import { outcomeText } from '../run/outcome.ts';
import { exitCodeOfVerdict } from '../run/reason.ts';
import type { RunResult } from '../run/types/result.ts';
import { attachRun } from '../steps/found-runs/attach-run.ts';
import { backendsAsked } from '../steps/found-runs/backends-asked.ts';
import { findRun } from '../steps/found-runs/find-runs.ts';
import { runStep } from './step.ts';

/** The step of `attach/action.yml`. */
export async function attachAction(): Promise<void> {
  await runStep({
    read: (env) => readOthers(env, ATTACH_INPUTS),
    async work(inputs, tools, host) {
      const { backend, run } = readRunsInputs(process.env);
      if (run === undefined) {
        const hint = 'give it the id that the step with "detach" had as its output "run-id"';
        throw new UserError('the input `run` is missing', { code: 'input', hint });
      }
      const found = await findRun(run, () => backendsAsked(backend, inputs, tools), tools);
      report(await attachRun(found, tools), host);
    },
    async failed(failure) {
      core.setOutput('status', failure.status);
      core.setOutput('reason', failure.reason);
      core.setOutput('exit-code', String(failure.exitCode));
    },
  });
}

function report(result: RunResult, host: GithubHost): void {
  const { run, verdict } = result;
  for (const line of printRun(result)) host.info(line);
  for (const [name, value] of Object.entries(runOutputs([result])))
    if (value !== undefined) core.setOutput(name, value);
  process.exitCode = verdict.reason === 'detached' ? CANCELLED.exitCode : exitCodeOfVerdict(verdict);
  if (process.exitCode === 0) return;
  const { detail, hint } = verdict;
  const message = [`run ${run.job}`, outcomeText(verdict), detail].filter(Boolean).join(': ');
  host.finding({ level: 'error', code: verdict.reason, message, hint });
}
