import * as core from '@actions/core';
import { readVerifyInputs } from '../host/inputs/verify.ts';
import { renderFailure } from '../report/summary/failure.ts';
import { renderVerified } from '../report/summary/verify-summary.ts';
import { verifyExitCode, verifyFailureOutputs, verifyOutputs } from '../report/verify-result.ts';
import { verifyImages } from '../steps/verify/verify-images.ts';
import { runStep } from './step.ts';
import { writeSummary } from './write-summary.ts';

/** The step of `verify/action.yml`. */
export async function verifyAction(): Promise<void> {
  await runStep({
    read: readVerifyInputs,
    async work(inputs, tools, host) {
      const verified = await verifyImages(inputs, tools);
      for (const finding of verified.findings) host.finding(finding);
      setOutputs(verifyOutputs(verified));
      await writeSummary(renderVerified(verified), host);
      process.exitCode = verifyExitCode(verified);
    },
    async failed(_, host) {
      setOutputs(verifyFailureOutputs(host.findings));
      await writeSummary(renderFailure(host.findings), host);
    },
  });
}

function setOutputs(outputs: ReadonlyMap<string, string>): void {
  for (const [name, value] of outputs) core.setOutput(name, value);
}
