import type { Gpu } from '../../../jobspec/job/resources.ts';
import type { NodeRequirement } from '../../types/node-affinity.ts';

/** undefined: any node. */
export function nodeAffinity(
  gpu: Gpu | undefined,
  given: readonly NodeRequirement[] = [],
): object | undefined {
  const matchExpressions = [...gpuMemory(gpu), ...given];
  if (matchExpressions.length === 0) return undefined;
  const nodeSelectorTerms = [{ matchExpressions }];
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

/** Labels of GPU Feature Discovery: https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery */
function gpuMemory(gpu: Gpu | undefined): readonly NodeRequirement[] {
  const least = gpu?.memory?.min;
  if (least === undefined) return [];
  // In MiB; `Gt` is the only comparison that Kubernetes has, and vendors round a GPU's memory down.
  const more = Math.max(0, Math.floor((least / 1024 ** 2) * 0.95) - 1);
  return [{ key: 'nvidia.com/gpu.memory', operator: 'Gt', values: [String(more)] }];
}
