import { type Sourced, sourced } from './rows.ts';

/** The driver of Linux that a CUDA toolkit came with: everything of that CUDA works from there on. */
export interface ToolkitDriver extends Sourced {
  readonly cuda: string;
  readonly driver: string;
}

/** The oldest driver on which programs of a major version of CUDA start at all ("minor version compatibility"). */
export interface DriverFloor extends Sourced {
  readonly major: number;
  readonly driver: string;
}

/** The drivers that the `cuda-compat` package of a CUDA works on, where its GPUs are for data centers. */
export interface CompatDrivers extends Sourced {
  readonly cuda: string;
  readonly branches: readonly number[];
}

const RELEASE_NOTES = {
  source: 'https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/',
  asOf: '2026-11',
};

const rows = (...pairs: readonly (readonly [cuda: string, driver: string])[]) =>
  pairs.map(([cuda, driver]) => ({ cuda, driver }));

/** Oldest first; of each minor version the first release, since its updates need no newer driver. */
export const TOOLKIT_DRIVERS: readonly ToolkitDriver[] = sourced(
  RELEASE_NOTES,
  rows(
    ['11.0', '450.51.06'],
    ['11.1', '455.23'],
    ['11.2', '460.27.03'],
    ['11.3', '465.19.01'],
    ['11.4', '470.42.01'],
    ['11.5', '495.29.05'],
    ['11.6', '510.39.01'],
    ['11.7', '515.43.04'],
    ['11.8', '520.61.05'],
    ['12.0', '525.60.13'],
    ['12.1', '530.30.02'],
    ['12.2', '535.54.03'],
    ['12.3', '545.23.06'],
    ['12.4', '550.54.14'],
    ['12.5', '555.42.02'],
    ['12.6', '560.28.03'],
    ['12.8', '570.26'],
    ['12.9', '575.51.03'],
    ['13.0', '580.65.06'],
    ['13.1', '590.44.01'],
    ['13.2', '595.45.04'],
    ['13.3', '610'],
    ['13.4', '615'],
  ),
);

export const DRIVER_FLOORS: readonly DriverFloor[] = sourced(
  {
    source: 'https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html',
    asOf: '2026-11',
  },
  [
    { major: 11, driver: '450.80.02' },
    { major: 12, driver: '525.60.13' },
    { major: 13, driver: '580.65.06' },
  ],
);

/** As the library of each package says in its ELF note `.note.cuda.fwd_compatibility`. */
export const COMPAT_DRIVERS: readonly CompatDrivers[] = sourced(
  { source: 'https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html', asOf: '2026-08' },
  [
    { cuda: '12.9', branches: [535, 550, 560, 565, 570, 575] },
    { cuda: '13.1', branches: [535, 550, 570, 575, 580, 590] },
  ],
);
