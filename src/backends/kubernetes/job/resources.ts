import type { Gpu, Range, Resources } from '../../../jobspec/job/resources.ts';

type Amounts = Readonly<Record<string, string>>;

export interface ContainerResources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export function resourcesOf({ cpu, memory, disk, gpu }: Resources): ContainerResources {
  const gpus = gpu === undefined ? {} : { [gpuResource(gpu)]: String(gpuCount(gpu)) };
  return {
    requests: {
      ...amount('cpu', low(cpu), cores),
      ...amount('memory', low(memory), bytes),
      ...storage(disk),
      ...gpus,
    },
    // A device is never shared: its request is its limit.
    limits: { ...amount('cpu', high(cpu), cores), ...amount('memory', high(memory), bytes), ...gpus },
  };
}

/** Small, and with limits, which quotas ask of every container; an archive goes through it and stays nowhere. */
export const KEEPER_RESOURCES: ContainerResources = {
  requests: { cpu: '50m', memory: '64Mi' },
  limits: { cpu: '1', memory: '256Mi' },
};

export function gpuCount({ count }: Gpu): number {
  return count.min ?? count.max ?? 1;
}

/** What the device plugins of the vendors call them. */
export function gpuResource({ vendor }: Gpu): string {
  return vendor === 'amd' ? 'amd.com/gpu' : 'nvidia.com/gpu';
}

function low(range: Range | undefined): number | undefined {
  return range?.min ?? range?.max;
}

function high(range: Range | undefined): number | undefined {
  return range?.max ?? range?.min;
}

function amount(name: string, value: number | undefined, print: (value: number) => string): Amounts {
  return value === undefined ? {} : { [name]: print(value) };
}

function storage(disk: Range | undefined): Amounts {
  return amount('ephemeral-storage', disk?.min, bytes);
}

function cores(value: number): string {
  return `${Math.ceil(value * 1000)}m`;
}

function bytes(value: number): string {
  return String(Math.ceil(value));
}

/** As data loaders share tensors through it; what is in it counts as memory of the job. */
const MAX_SHM = 8e9;

export function shmOf({ shm, memory }: Resources): string {
  return bytes(shm ?? Math.min(MAX_SHM, (high(memory) ?? 2 * MAX_SHM) / 2));
}
