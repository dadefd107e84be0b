import * as core from '@actions/core';
import { readVerifyInputs } from './host/verify-inputs.ts';
import { verifyExitCode, verifyOutputs } from './host/verify-result.ts';
import { runStep } from './step.ts';
import { verifyImages } from './steps/verify-images.ts';

/** The step of `verify/action.yml`. */
export async function verifyAction(): Promise<void> {
  await runStep({
    read: readVerifyInputs,
    async work(inputs, tools, host) {
      const verified = await verifyImages(inputs, tools);
      for (const finding of verified.findings) host.finding(finding);
      for (const [name, value] of verifyOutputs(verified)) core.setOutput(name, value);
      process.exitCode = verifyExitCode(verified);
    },
  });
}
