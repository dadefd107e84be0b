import { hostname, totalmem } from 'node:os';
import { createExec, lookForTool, type Variables } from '../io/process/exec.ts';

/** Milliseconds; the first call of the driver may load it. */
const PATIENCE = 30_000;

/** What the engine says of its machine. */
interface Machine {
  readonly Name?: string | undefined;
  readonly MemTotal?: number | undefined;
}

/** What `nvidia-smi -L` says, where the engine's machine is this one; undefined where that is not certain. */
export async function listGpus(
  machine: Machine,
  env: Variables,
  cancelled: AbortSignal,
  exec = createExec(env['PATH']),
): Promise<string | undefined> {
  if (machine.Name !== hostname() || machine.MemTotal !== totalmem()) return undefined;
  const tool = await lookForTool('nvidia-smi', env['PATH']);
  if (tool === undefined) return undefined;
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const { code, stdout } = await exec(tool, ['-L'], { signal: AbortSignal.any([patience, cancelled]) });
    return code === 0 ? stdout : undefined;
  } catch (error) {
    // A driver that hangs tells nothing; what depends on it says that it is not known.
    if (patience.aborted && !cancelled.aborted) return undefined;
    throw error;
  }
}
