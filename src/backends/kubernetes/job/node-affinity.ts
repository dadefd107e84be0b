import { needsOfNodes } from '../../../fit/measured/nodes.ts';
import type { Gpu } from '../../../jobspec/job/resources.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { NodeRequirement } from '../../types/node-affinity.ts';

/** undefined: any node. */
export function nodeAffinity(
  run: Pick<RunPlan, 'resources' | 'measured' | 'preflight'>,
  given: readonly NodeRequirement[] = [],
): object | undefined {
  const { gpu } = run.resources;
  const all = [...gpuMemory(gpu), ...given];
  const needs = gpu === undefined ? [] : ofImage(run);
  if (all.length === 0 && needs.length === 0) return undefined;
  const nodeSelectorTerms = terms(all, needs).map((matchExpressions) => ({ matchExpressions }));
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

/** What would only be told is not asked of a scheduler either. */
function ofImage({ resources: { gpu }, measured, preflight }: Parameters<typeof nodeAffinity>[0]) {
  const isLoose = preflight !== undefined || gpu?.optional === true;
  return measured === undefined || isLoose ? [] : needsOfNodes(measured);
}

/** One of the terms is enough: a node without the labels says nothing, which is no reason to leave it out. */
function terms(
  all: readonly NodeRequirement[],
  needs: readonly NodeRequirement[],
): readonly (readonly NodeRequirement[])[] {
  const [first] = needs;
  if (first === undefined) return [all];
  return [
    [...all, ...needs],
    [...all, { key: first.key, operator: 'DoesNotExist' }],
  ];
}

/** Labels of GPU Feature Discovery: https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery */
function gpuMemory(gpu: Gpu | undefined): readonly NodeRequirement[] {
  const least = gpu?.memory?.min;
  if (least === undefined) return [];
  // In MiB; `Gt` is the only comparison that Kubernetes has, and vendors round a GPU's memory down.
  const more = Math.max(0, Math.floor((least / 1024 ** 2) * 0.95) - 1);
  return [{ key: 'nvidia.com/gpu.memory', operator: 'Gt', values: [String(more)] }];
}
