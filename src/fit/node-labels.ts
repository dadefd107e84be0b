import type { TargetFacts, TargetGpu } from './facts.ts';
import { gpuNamed } from './gpu.ts';

/** A node of a cluster, as far as it is read here. */
export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `allocatable["nvidia.com/gpu"]` */
  readonly gpus?: number | undefined;
}

const DRIVER = 'nvidia.com/cuda.driver-version.full';
/** Its parts, in the words of older releases. */
const DRIVER_PARTS = [
  'nvidia.com/cuda.driver.major',
  'nvidia.com/cuda.driver.minor',
  'nvidia.com/cuda.driver.rev',
];

/** By GPU Feature Discovery: https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery */
export function targetOfNode(node: NodeFacts): TargetFacts {
  const { labels } = node;
  const source = `labels of the node ${node.name}`;
  const parts = DRIVER_PARTS.flatMap((label) => labels[label] ?? []);
  const driver = labels[DRIVER] ?? (parts.length === 0 ? undefined : parts.join('.'));
  const architecture = labels['kubernetes.io/arch'];
  const gpu = gpuOf(node);
  return {
    name: `the node ${node.name}`,
    driver: driver === undefined ? undefined : { value: driver, source },
    gpus: gpu === undefined ? undefined : { value: [gpu], source },
    architecture: architecture === undefined ? undefined : { value: architecture, source },
  };
}

function gpuOf({ labels, gpus }: NodeFacts): TargetGpu | undefined {
  const product = labels['nvidia.com/gpu.product'];
  if (product === undefined) return gpus === undefined ? undefined : { count: gpus };
  const known = gpuNamed(product);
  const major = labels['nvidia.com/gpu.compute.major'];
  const mebibytes = Number.parseInt(labels['nvidia.com/gpu.memory'] ?? '', 10);
  const count = gpus ?? Number.parseInt(labels['nvidia.com/gpu.count'] ?? '', 10);
  return {
    ...known,
    computeCapability:
      major === undefined
        ? known.computeCapability
        : `${major}.${labels['nvidia.com/gpu.compute.minor'] ?? '0'}`,
    memory: Number.isNaN(mebibytes) ? known.memory : mebibytes * 1024 ** 2,
    count: Number.isNaN(count) ? undefined : count,
  };
}
