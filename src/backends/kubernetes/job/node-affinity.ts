import { needsOfNodes } from '../../../fit/measured/nodes.ts';
import type { Gpu } from '../../../jobspec/job/resources.ts';
import { printPlatform } from '../../../oci/platform.ts';
import type { Platform } from '../../../oci/types.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { NodeRequirement } from '../../types/node-affinity.ts';

type Run = Pick<RunPlan, 'resources' | 'measured' | 'platforms' | 'preflight'>;

/** undefined: any node. */
export function nodeAffinity(run: Run, given: readonly NodeRequirement[] = []): object | undefined {
  const { gpu } = run.resources;
  const needs = gpu === undefined ? [] : ofImage(run);
  const all = [...architectures(run, needs), ...gpuMemory(gpu), ...given];
  if (all.length === 0 && needs.length === 0) return undefined;
  const asked = needs.length === 0 ? [all] : needs.map((one) => [...all, ...one]);
  const nodeSelectorTerms = asked.map((matchExpressions) => ({ matchExpressions }));
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

/** A scheduler does not look into an image: without it, one for amd64 would be started on a node of arm64. */
function architectures({ platforms = [] }: Run, needs: readonly unknown[]): readonly NodeRequirement[] {
  const values = [...new Set(platforms.map(({ architecture }) => architecture))];
  // What several platforms need says already which of them it is for.
  const isSaid = needs.length > 0 && platforms.length > 1;
  return values.length === 0 || isSaid ? [] : [withArchitecture(values)];
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch */
function withArchitecture(values: readonly string[]): NodeRequirement {
  return { key: 'kubernetes.io/arch', operator: 'In', values };
}

/** Terms of which one is enough. What would only be told is not asked of a scheduler either. */
function ofImage(run: Run): readonly (readonly NodeRequirement[])[] {
  const { measured, preflight, platforms = [] } = run;
  const isLoose = preflight === 'warn' || preflight === 'off' || run.resources.gpu?.optional === true;
  if (measured === undefined || isLoose) return [];
  if (platforms.length < 2) return terms([...measured.values()].flatMap(needsOfNodes));
  const needs = platforms.map((platform) => ofPlatform(platform, run));
  return needs.every(({ length }) => length === 0)
    ? []
    : needs.flatMap((own, index) => onArchitecture(own, platforms[index]?.architecture ?? ''));
}

function ofPlatform(platform: Platform, { measured }: Run): readonly (readonly NodeRequirement[])[] {
  const own = measured?.get(printPlatform(platform));
  return own === undefined ? [] : terms(needsOfNodes(own));
}

/** Of an image for several platforms, the one that a node runs. */
function onArchitecture(
  needs: readonly (readonly NodeRequirement[])[],
  architecture: string,
): readonly (readonly NodeRequirement[])[] {
  const node = withArchitecture([architecture]);
  return needs.length === 0 ? [[node]] : needs.map((one) => [node, ...one]);
}

/** A node without the labels says nothing, which is no reason to leave it out. */
function terms(needs: readonly NodeRequirement[]): readonly (readonly NodeRequirement[])[] {
  const [first] = needs;
  return first === undefined ? [] : [needs, [{ key: first.key, operator: 'DoesNotExist' }]];
}

/** Labels of GPU Feature Discovery: https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery */
function gpuMemory(gpu: Gpu | undefined): readonly NodeRequirement[] {
  const least = gpu?.memory?.min;
  if (least === undefined || gpu?.vendor === 'amd') return [];
  // In MiB; `Gt` is the only comparison that Kubernetes has, and vendors round a GPU's memory down.
  const more = Math.max(0, Math.floor((least / 1024 ** 2) * 0.95) - 1);
  return [{ key: 'nvidia.com/gpu.memory', operator: 'Gt', values: [String(more)] }];
}
