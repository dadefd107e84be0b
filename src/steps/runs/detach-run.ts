import { attachCommand } from '../../run/detach/attach-command.ts';
import { capabilitiesOf } from '../../run/plan/capabilities.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { notRun } from './failed-run.ts';
import { stateLogger } from './follow-run.ts';
import type { StartedRun } from './start-run.ts';

/**
 * Leaves a run as soon as it goes on without this process. Where only this process waits for capacity, or has the inputs,
 * that is when the job has begun. undefined: it has ended before that, or was to be stopped.
 */
export async function detachRun(started: StartedRun, tools: Tools): Promise<RunResult | undefined> {
  const { run, handle, backend } = started;
  const { caller, host, runs } = tools;
  // With what the backend calls it.
  await runs.remember(run, handle);
  if (needsProcess(run) && !(await hasBegun(backend.follow(handle, host.cancelled), host))) return undefined;
  await runs.detach(handle);
  const detail = `it goes on without this process; see it with: ${attachCommand(handle, caller.defaultsOption)}`;
  host.info(`detached from the run ${run.id}`);
  return notRun(run, { reason: 'detached', detail });
}

function needsProcess({ backend, inputs = [] }: RunPlan): boolean {
  return !capabilitiesOf({ backend }).queue || inputs.length > 0;
}

async function hasBegun(events: AsyncIterable<RunEvent>, host: Tools['host']): Promise<boolean> {
  const logState = stateLogger(host);
  for await (const event of events) {
    if (event.type === 'note') host.info(event.message);
    else if (event.type === 'end' || event.type === 'left') return false;
    else if (event.type !== 'state' || event.state === 'started') return true;
    else logState(event);
  }
  return false;
}
