import * as core from '@actions/core';
import { readInputs } from '../host/inputs/action.ts';
import { ARTIFACT, KEEP_BUILDER, MAIN_PROCESS } from '../host/post-state.ts';
import { ownProcess } from '../io/process/own-process.ts';
import { main } from '../steps/main.ts';
import { reportFailure } from './failed.ts';
import { runStep } from './step.ts';

/** The action's main step. */
export async function action(): Promise<void> {
  await runStep({
    read: readInputs,
    async work(inputs, tools, host) {
      core.saveState(MAIN_PROCESS, JSON.stringify(ownProcess()));
      core.saveState(KEEP_BUILDER, String(inputs.keepBuilder));
      core.saveState(ARTIFACT, String(inputs.artifact));
      const { trusted } = tools.caller.rights;
      const result = await main(inputs, tools);
      const { report } = await import('./report.ts');
      await report(inputs, result, { host, trusted });
    },
    // Not loaded when it is needed: the outputs have to be written before a process that was told to hurry ends.
    failed: reportFailure,
  });
}
