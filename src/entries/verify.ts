import * as core from '@actions/core';
import { readVerifyInputs } from '../host/inputs/verify.ts';
import { verifyExitCode, verifyFailureOutputs, verifyOutputs } from '../report/verify-result.ts';
import { verifyImages } from '../steps/verify/verify-images.ts';
import { runStep } from './step.ts';

/** The step of `verify/action.yml`. */
export async function verifyAction(): Promise<void> {
  await runStep({
    read: readVerifyInputs,
    async work(inputs, tools, host) {
      const verified = await verifyImages(inputs, tools);
      for (const finding of verified.findings) host.finding(finding);
      setOutputs(verifyOutputs(verified));
      process.exitCode = verifyExitCode(verified);
    },
    async failed(_, host) {
      setOutputs(verifyFailureOutputs(host.findings));
    },
  });
}

function setOutputs(outputs: ReadonlyMap<string, string>): void {
  for (const [name, value] of outputs) core.setOutput(name, value);
}
