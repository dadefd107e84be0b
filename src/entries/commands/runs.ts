import type { RunsCall } from '../../host/inputs/run-commands.ts';
import { runExitCode } from '../../report/command/exit-code.ts';
import { CANCELLED } from '../../report/failure.ts';
import type { Json } from '../../report/plan-json.ts';
import { attachedJson } from '../../report/result-json.ts';
import { printRun } from '../../report/text/result.ts';
import { printReaped, printRuns, reapedJson, runsJson } from '../../report/text/runs.ts';
import type { RunResult } from '../../run/types/result.ts';
import { attachRun } from '../../steps/found-runs/attach-run.ts';
import { backendsAsked } from '../../steps/found-runs/backends-asked.ts';
import { cancelRun } from '../../steps/found-runs/cancel-run.ts';
import { findRun, findRuns } from '../../steps/found-runs/find-runs.ts';
import { reap } from '../../steps/found-runs/reap.ts';
import { showLog } from '../../steps/found-runs/show-log.ts';
import type { Host } from '../../tools/host.ts';
import type { Tools } from '../../tools/tools.ts';

/** The commands about runs that are there already; each ends with an exit code. */
export async function runsCommand(
  call: RunsCall,
  tools: Tools,
  print: (json: Json) => void,
): Promise<number> {
  const { inputs } = call;
  const { host } = tools;
  const choices = () => backendsAsked(call.backend, inputs, tools);
  if (call.command === 'ps') {
    const runs = await findRuns(await choices(), tools);
    return shown(inputs.json, { json: runsJson(runs), lines: printRuns(runs) }, host, print);
  }
  if (call.command === 'reap') {
    const reaped = await reap(await choices(), call.dryRun, tools);
    shown(inputs.json, { json: reapedJson(reaped), lines: printReaped(reaped, call.dryRun) }, host, print);
    return reaped.some(({ failure }) => failure !== undefined) ? 4 : 0;
  }
  const found = await findRun(call.run ?? '', choices, tools);
  if (call.command === 'cancel') {
    await cancelRun(found, tools);
    return 0;
  }
  if (call.command === 'logs') {
    await showLog(found, { follow: call.follow }, tools);
    return 0;
  }
  const result = await attachRun(found, tools);
  shown(inputs.json, { json: attachedJson(result), lines: printRun(result) }, host, print);
  return exitCodeOfAttached(result);
}

interface Shown {
  readonly json: Json;
  readonly lines: readonly string[];
}

function shown(isJson: boolean, { json, lines }: Shown, host: Host, print: (json: Json) => void): number {
  if (isJson) print(json);
  else for (const line of lines) host.info(line);
  return 0;
}

/** Who has left the run does not know how it ends. */
function exitCodeOfAttached({ verdict }: RunResult): number {
  return verdict.reason === 'detached' ? CANCELLED.exitCode : runExitCode(verdict);
}
