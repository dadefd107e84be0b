import type { RuntimeFact, TargetFacts, TargetGpu } from './facts.ts';
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
  const isMissing = node.gpus === 0 && namesGpu(node);
  // What it will have is what its labels say.
  const gpu = gpuOf(isMissing ? { name: node.name, labels } : node);
  return {
    name: `the node ${node.name}`,
    driver: driver === undefined ? undefined : { value: driver, source },
    gpus: gpu === undefined ? undefined : { value: [gpu], source },
    architecture: architecture === undefined ? undefined : { value: architecture, source },
    ...(isMissing ? { runtime: withoutPlugin(node) } : {}),
  };
}

/** Of GPU Feature Discovery and Node Feature Discovery (0x10de is NVIDIA), and of the clouds. */
const GPU_LABELS: readonly RegExp[] = [
  /^nvidia\.com\/gpu\.(?:present|product)$/,
  /^feature\.node\.kubernetes\.io\/pci-(?:0300_|0302_)?10de\.present$/,
  /^cloud\.google\.com\/gke-accelerator$/,
  /^kubernetes\.azure\.com\/accelerator$/,
];

/** Whether its labels say that it has GPUs of NVIDIA. */
export function namesGpu(node: Pick<NodeFacts, 'labels'>): boolean {
  return gpuLabel(node) !== undefined;
}

function gpuLabel({ labels }: Pick<NodeFacts, 'labels'>): string | undefined {
  return Object.keys(labels).find(
    (key) => GPU_LABELS.some((pattern) => pattern.test(key)) && !/^(?:false|none|)$/.test(labels[key] ?? ''),
  );
}

/** A plugin may come later, to a node that has just started. */
function withoutPlugin(node: NodeFacts): RuntimeFact {
  const source = `its label "${gpuLabel(node)}" says that it has GPUs, and "nvidia.com/gpu" is not among what it gives to pods`;
  const fix =
    node.labels['nvidia.com/mig.strategy'] === 'mixed'
      ? 'its GPUs are given in parts, as nvidia.com/mig-…, which a job cannot ask for: set the MIG strategy of the device plugin to "single"'
      : "install NVIDIA's device plugin (https://github.com/NVIDIA/k8s-device-plugin) or GPU Operator in the cluster; on a node that has just started, wait for it";
  return { value: 'none', source, presumed: true, fix };
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
