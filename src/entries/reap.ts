import * as core from '@actions/core';
import { REAP_INPUTS, readOthers, readRunsInputs } from '../host/inputs/found-runs.ts';
import { printReaped } from '../report/text/runs.ts';
import { backendsAsked } from '../steps/found-runs/backends-asked.ts';
import { reap } from '../steps/found-runs/reap.ts';
import { runStep } from './step.ts';

/** The step of `reap/action.yml`. */
export async function reapAction(): Promise<void> {
  await runStep({
    read: (env) => readOthers(env, REAP_INPUTS),
    async work(inputs, tools, host) {
      const { backend, dryRun } = readRunsInputs(process.env);
      const reaped = await reap(await backendsAsked(backend, inputs, tools), dryRun, tools);
      for (const line of printReaped(reaped, dryRun)) host.info(line);
      const failed = reaped.filter(({ failure }) => failure !== undefined);
      for (const { run, failure } of failed)
        host.finding({
          level: 'error',
          code: 'left-over',
          message: `the run ${run} is still there: ${failure}`,
        });
      const removed = reaped.filter(({ failure }) => failure === undefined);
      core.setOutput('runs', removed.map(({ run }) => run).join('\n'));
      core.setOutput('count', String(removed.length));
      process.exitCode = failed.length === 0 ? 0 : 4;
    },
  });
}
