import { messageOf } from '../../errors.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Backend } from '../../tools/backend.ts';
import type { Tools } from '../../tools/tools.ts';

type LeaveRunTools = Pick<Tools, 'host' | 'runs' | 'afterwards'>;

/**
 * What becomes of a run whose outputs were copied. What holds outputs that are nowhere else is forgotten, so that nobody
 * removes it; all else is removed while the result is told already, for that may take minutes.
 */
export function leaveRun(
  handle: Handle,
  { kept }: Pick<RunResult, 'kept'>,
  backend: Backend,
  tools: LeaveRunTools,
): void {
  tools.afterwards(kept === undefined ? remove(handle, backend, tools) : forget(handle, tools));
}

async function remove(handle: Handle, backend: Backend, { host, runs }: LeaveRunTools): Promise<void> {
  try {
    if (await backend.clean(handle)) await runs.forget(handle);
    else
      host.info(
        `run ${handle.run}: "${handle.name}" is still being removed, and this process no longer waits for it`,
      );
  } catch (error) {
    warn(`"${handle.name}" of the run ${handle.run} may still be there: ${messageOf(error)}`, host);
  }
}

async function forget(handle: Handle, { host, runs }: LeaveRunTools): Promise<void> {
  try {
    await runs.forget(handle);
  } catch (error) {
    warn(`the record of the run ${handle.run} could not be removed: ${messageOf(error)}`, host);
  }
}

/** The run itself is over: whatever happens to what is left of it is no failure. */
function warn(message: string, host: LeaveRunTools['host']): void {
  host.finding({ level: 'warning', code: 'left-over', message });
}
