import { floorDriver } from '../cuda.ts';
import { majorOf } from '../version.ts';
import { factsOfMeasured } from './facts.ts';
import type { Measured } from './measured.ts';

/** What a label of a node has to say: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity */
export interface NodeNeed {
  readonly key: string;
  readonly operator: 'Gt' | 'In';
  readonly values: readonly string[];
}

/** As labels of GPU Feature Discovery say it, and no more than they can: a driver and a GPU have one number there. */
export function needsOfNodes(measured: Measured): readonly NodeNeed[] {
  const { cuda, compat, architectures } = factsOfMeasured(measured);
  const floor = cuda === undefined ? undefined : floorDriver(cuda.value);
  // Whether `cuda-compat` makes up for an older driver depends on more than a label.
  const driver = floor === undefined || compat?.value !== null ? [] : [newerThan(majorOf(floor) - 1)];
  const code = architectures?.value;
  // The driver translates PTX for GPUs that nobody knows yet.
  const isFixed = code !== undefined && code.cubins.length > 0 && code.ptx.length === 0;
  return [...driver, ...(isFixed ? [oneOf(code.cubins)] : [])];
}

function newerThan(branch: number): NodeNeed {
  return { key: 'nvidia.com/cuda.driver-version.major', operator: 'Gt', values: [String(branch)] };
}

function oneOf(cubins: readonly string[]): NodeNeed {
  const majors = [...new Set(cubins.map(majorOf))].sort((a, b) => a - b);
  return { key: 'nvidia.com/gpu.compute.major', operator: 'In', values: majors.map(String) };
}
