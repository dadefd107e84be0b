import { readdir } from 'node:fs/promises';
import { hostname, totalmem } from 'node:os';
import { delimiter } from 'node:path';
import { SMI_FIELDS, type SmiAnswers } from '../fit/smi.ts';
import { isThere } from '../io/fs/is-there.ts';
import { createExec, lookForTool, type Variables } from '../io/process/exec.ts';

/** Milliseconds; the first call of the driver may load it. */
const PATIENCE = 30_000;

/** One of several GPUs does not answer; what the others say is there: https://docs.nvidia.com/deploy/nvidia-smi/ */
const LOST_GPU = 15;

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
  return isThis(machine) ? await askDriver(['-L'], env, cancelled, exec) : undefined;
}

/** The same of its driver, and of how large and how new its GPUs are. */
export async function queryGpus(
  machine: Machine,
  env: Variables,
  cancelled: AbortSignal,
  exec = createExec(env['PATH']),
): Promise<SmiAnswers | undefined> {
  if (!isThis(machine)) return undefined;
  const ask = (fields: readonly string[]) =>
    askDriver([`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'], env, cancelled, exec);
  // A driver that does not know one of the fields answers none.
  const query = (await ask(SMI_FIELDS)) ?? (await ask(SMI_FIELDS.slice(0, -1)));
  if (query === undefined) return undefined;
  const list = query.includes('Enabled') ? await listGpus(machine, env, cancelled, exec) : undefined;
  return { query, list };
}

/** Programs of NVIDIA's container toolkit, where its packages and its operator put them. */
const TOOLKIT = [
  'nvidia-container-runtime-hook',
  'nvidia-container-runtime',
  'nvidia-cdi-hook',
  'nvidia-ctk',
];
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/usr/local/nvidia/toolkit', '/run/current-system/sw/bin'];
/** Where devices are described: https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md */
const CDI_FOLDERS = ['/etc/cdi', '/var/run/cdi'];
/** An engine beside us in a container would be the one of its host, whose files are not seen. */
const IN_CONTAINER = ['/.dockerenv', '/run/.containerenv'];

/** Whether anything on the engine's machine may give a container its GPUs; undefined where that is not certain. */
export async function hasToolkit(
  machine: Machine,
  env: Variables,
  { folders = FOLDERS, described = CDI_FOLDERS, inContainer = IN_CONTAINER } = {},
): Promise<boolean | undefined> {
  if (!isThis(machine)) return undefined;
  if ((await Promise.all(inContainer.map(isThere))).includes(true)) return undefined;
  const path = [env['PATH'] ?? '', ...folders].join(delimiter);
  const tools = await Promise.all(TOOLKIT.map((name) => lookForTool(name, path)));
  if (tools.some((tool) => tool !== undefined)) return true;
  const files = await Promise.all(described.map((folder) => readdir(folder).catch(() => [])));
  return files.flat().length > 0;
}

function isThis({ Name, MemTotal }: Machine): boolean {
  return Name === hostname() && MemTotal === totalmem();
}

async function askDriver(
  words: readonly string[],
  env: Variables,
  cancelled: AbortSignal,
  exec: ReturnType<typeof createExec>,
): Promise<string | undefined> {
  const tool = await lookForTool('nvidia-smi', env['PATH']);
  if (tool === undefined) return undefined;
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const { code, stdout } = await exec(tool, words, { signal: AbortSignal.any([patience, cancelled]) });
    return code === 0 || code === LOST_GPU ? stdout : undefined;
  } catch (error) {
    // A driver that hangs tells nothing; what depends on it says that it is not known.
    if (patience.aborted && !cancelled.aborted) return undefined;
    throw error;
  }
}
