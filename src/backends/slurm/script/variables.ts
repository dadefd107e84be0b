import { severalNodes } from '../../../run/nodes/several.ts';
import { GPU_GRANTS } from '../../../run/plan/gpu-grants.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { isOfCheckpoint } from './binds.ts';
import { OF_NODES } from './nodes.ts';

/** Variables that are known when the job is submitted: no secret, and none that Slurm, a node or the attempt gives. */
export function knownVariables(run: RunPlan): readonly (readonly [name: string, value: string])[] {
  const isNode = severalNodes(run) !== undefined;
  const isGiven = (name: string): boolean =>
    run.secrets.includes(name) ||
    GPU_GRANTS.has(name) ||
    (isNode && OF_NODES.has(name)) ||
    isOfCheckpoint(name, run);
  return [...run.env].filter(([name]) => !isGiven(name));
}
