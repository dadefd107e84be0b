import { inputFolders } from '../../../run/mounts/input-folders.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Cluster } from '../job/cluster.ts';
import type { ReadyInputs } from './bring.ts';

/** Before anything is made: data that cannot be had ends the run here. undefined: there is none to be had. */
export async function readyInputs(run: RunPlan, cluster: Cluster): Promise<ReadyInputs | undefined> {
  const { id, inputs = [] } = run;
  if (inputs.length === 0) return undefined;
  if (cluster.inputs === undefined) throw new Error(`run ${id} has inputs, and nothing here can fetch them`);
  return { archives: await cluster.inputs(inputs), folders: inputFolders(run) };
}
