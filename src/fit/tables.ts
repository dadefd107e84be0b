import {
  COMPAT_DRIVERS,
  type CompatDrivers,
  DRIVER_FLOORS,
  type DriverFloor,
  TOOLKIT_DRIVERS,
  type ToolkitDriver,
} from '../data/cuda-drivers.ts';
import { DRIVER_BRANCHES, type DriverBranch } from '../data/driver-branches.ts';
import { GPU_MODELS, type GpuModel } from '../data/gpus.ts';
import { PYPI_TORCH, type PypiTorch, TORCH_ARCHITECTURES, type TorchArchitectures } from '../data/wheels.ts';
import { compareVersions } from './version.ts';

/** What is known of GPUs, drivers and builds that nobody has measured. */
export interface Tables {
  readonly gpus: readonly GpuModel[];
  /** Oldest first. */
  readonly toolkitDrivers: readonly ToolkitDriver[];
  readonly driverFloors: readonly DriverFloor[];
  readonly compatDrivers: readonly CompatDrivers[];
  readonly driverBranches: readonly DriverBranch[];
  readonly pypiTorch: readonly PypiTorch[];
  readonly torchArchitectures: readonly TorchArchitectures[];
}

export const OURS: Tables = {
  gpus: GPU_MODELS,
  toolkitDrivers: TOOLKIT_DRIVERS,
  driverFloors: DRIVER_FLOORS,
  compatDrivers: COMPAT_DRIVERS,
  driverBranches: DRIVER_BRANCHES,
  pypiTorch: PYPI_TORCH,
  torchArchitectures: TORCH_ARCHITECTURES,
};

type OwnRows = { readonly [K in keyof Tables]?: Tables[K] | undefined };

/** An organisation's own rows stand in the place of ours about the same thing. */
export function withRows(own: OwnRows): Tables {
  return {
    gpus: merged(own.gpus, OURS.gpus, ({ name }) => name.toLowerCase()),
    toolkitDrivers: [...merged(own.toolkitDrivers, OURS.toolkitDrivers, ({ cuda }) => cuda)].sort(
      (a, b) => compareVersions(a.cuda, b.cuda) ?? 0,
    ),
    driverFloors: merged(own.driverFloors, OURS.driverFloors, ({ major }) => String(major)),
    compatDrivers: merged(own.compatDrivers, OURS.compatDrivers, ({ cuda }) => cuda),
    driverBranches: merged(own.driverBranches, OURS.driverBranches, ({ branch }) => String(branch)),
    pypiTorch: merged(own.pypiTorch, OURS.pypiTorch, ({ torch }) => torch),
    // Each is of a range of versions: the first that fits counts.
    torchArchitectures: [...(own.torchArchitectures ?? []), ...OURS.torchArchitectures],
  };
}

function merged<T>(own: readonly T[] = [], ours: readonly T[], keyOf: (row: T) => string): readonly T[] {
  const known = new Set(own.map(keyOf));
  return [...own, ...ours.filter((row) => !known.has(keyOf(row)))];
}
