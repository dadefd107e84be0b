import { NO_NETWORK, type RunNetwork } from '../../../run/network/network.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Docker } from '../engine/docker.ts';
import { type BindMount, bindMounts } from './mounts.ts';

/** What a run works on, beside its code. */
export interface RunData {
  readonly mounts: readonly BindMount[];
  /** Tars with absolute paths. */
  readonly inputs: readonly (() => AsyncIterable<Uint8Array>)[];
  readonly network: RunNetwork;
}

/** Before anything is pulled or made: data that cannot be had ends the run here. */
export async function gatherData(run: RunPlan, docker: Docker): Promise<RunData> {
  const { id, inputs = [], mounts = [] } = run;
  const bound = await bindMounts(mounts, docker.allowMounts, docker.engine.url);
  const network = (await docker.network?.()) ?? NO_NETWORK;
  if (inputs.length === 0) return { mounts: bound, inputs: [], network };
  if (docker.inputs === undefined) throw new Error(`run ${id} has inputs, and nothing here can fetch them`);
  return { mounts: bound, inputs: await docker.inputs(inputs), network };
}
