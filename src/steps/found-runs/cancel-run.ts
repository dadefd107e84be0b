import { attachCommand } from '../../run/detach/attach-command.ts';
import { isLive } from '../../run/state.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { FoundRun } from '../../tools/found-run.ts';
import type { Tools } from '../../tools/tools.ts';
import { completeLeftRun, endedText } from '../left-runs/left-runs.ts';
import { asStopped, stopRun } from '../left-runs/stop-run.ts';
import { openRun } from './find-runs.ts';

/** Seconds for a run that does not tell how long it takes to save its state. */
const GRACE = 30;

const COMMAND = 'jobimg cancel';

/** Stops a run with its grace, whoever started it and wherever it is, collects its outputs, and removes it. */
export async function cancelRun(found: FoundRun, tools: Tools): Promise<void> {
  const { handle, known, plan, state } = found;
  const { caller, host } = tools;
  if (known !== undefined) return await stopRun(handle.run, tools, COMMAND);
  if (state === 'ended')
    return host.info(
      `the run ${handle.run} has ended; fetch what it left with: ${attachCommand(handle, caller.defaultsOption)}`,
    );
  if (plan === undefined) return await removeRun(found, tools);
  const opened = await openRun(found, tools);
  host.info(`stopping the run ${handle.run}: it has ${plan['stop-grace']} s`);
  await opened.backend.stop(handle, plan['stop-grace'], COMMAND);
  const { status } = await tools.runs.open(opened);
  if (isLive(status) || status.state === 'ended')
    return host.info(endedText(await collect(found, opened, tools)));
  await opened.backend.clean(handle);
  host.info(`nothing is left of the run ${handle.run}`);
}

function collect(
  { handle }: FoundRun,
  { backend, plan }: Awaited<ReturnType<typeof openRun>>,
  tools: Tools,
): Promise<RunResult> {
  return completeLeftRun({ run: handle.run, handle, plan }, backend, tools, asStopped);
}

/** Its outputs cannot be found: nobody here knows their names. */
async function removeRun({ handle }: FoundRun, { host, runs }: Tools): Promise<void> {
  const { backend } = await runs.open({ handle, plan: { secrets: [] } });
  await backend.cancel(handle, GRACE);
  host.info(`the run ${handle.run} is stopped and removed, with its outputs: it does not tell its plan`);
}
