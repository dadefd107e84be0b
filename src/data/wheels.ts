import { type Sourced, sourced } from './rows.ts';

/** The CUDA of what PyPI itself has of a minor version of torch. */
export interface PypiTorch extends Sourced {
  readonly torch: string;
  readonly cuda: string;
  /** Its wheels for arm64 are builds for CPUs. */
  readonly cpuOnArm64?: true | undefined;
}

/** What the wheels of torch are compiled for. */
export interface TorchArchitectures extends Sourced {
  readonly cuda: string;
  /** Minor versions of torch, both ends included; none: from the first, or to the newest. */
  readonly from?: string;
  readonly to?: string;
  /** Compute capabilities with machine code. */
  readonly cubins: readonly string[];
  /** Those with code that the driver translates for newer GPUs. */
  readonly ptx: readonly string[];
}

/** The CUDA of TensorFlow, whose images and `and-cuda` packages bring it. */
export interface TensorflowBuild extends Sourced {
  readonly tensorflow: string;
  readonly cuda: string;
}

const PYPI = { source: 'https://pypi.org/project/torch/', asOf: '2026-12-02' };
const ISSUES = 'https://github.com/pytorch/pytorch/issues';

/** As the wheel of each says in its `torch/version.py`: see scripts/refresh-tables.mjs. */
export const PYPI_TORCH: readonly PypiTorch[] = sourced(PYPI, [
  { torch: '2.4', cuda: '12.1', cpuOnArm64: true },
  { torch: '2.5', cuda: '12.4', cpuOnArm64: true },
  { torch: '2.6', cuda: '12.4', cpuOnArm64: true },
  { torch: '2.7', cuda: '12.6', cpuOnArm64: true },
  { torch: '2.8', cuda: '12.8', cpuOnArm64: true },
  { torch: '2.9', cuda: '12.8', cpuOnArm64: true },
  { torch: '2.10', cuda: '12.8', cpuOnArm64: true },
  { torch: '2.11', cuda: '13.0' },
  { torch: '2.12', cuda: '13.0' },
  { torch: '2.13', cuda: '13.0' },
  { torch: '2.14', cuda: '13.0' },
  { torch: '2.15', cuda: '13.2' },
]);

const OLD = ['5.0', '6.0', '7.0', '7.5', '8.0', '8.6', '9.0'];
const BLACKWELL = ['7.5', '8.0', '8.6', '9.0', '10.0', '12.0'];

/** Of x86-64; a build that is not here may have any. */
export const TORCH_ARCHITECTURES: readonly TorchArchitectures[] = [
  ...sourced({ source: 'https://github.com/pytorch/pytorch/blob/main/RELEASE.md', asOf: '2026-08' }, [
    { cuda: '11.8', from: '2.1', to: '2.7', cubins: OLD, ptx: [] },
    { cuda: '12.1', cubins: OLD, ptx: [] },
    { cuda: '12.4', cubins: OLD, ptx: [] },
    { cuda: '12.6', cubins: OLD, ptx: [] },
    { cuda: '12.8', from: '2.7', to: '2.7', cubins: BLACKWELL, ptx: ['12.0'] },
    { cuda: '13.0', to: '2.10', cubins: BLACKWELL, ptx: ['12.0'] },
  ]),
  // Read from the fat binaries of the wheels themselves.
  ...sourced(PYPI, [
    { cuda: '13.0', from: '2.11', cubins: BLACKWELL, ptx: [] },
    { cuda: '13.2', from: '2.15', cubins: BLACKWELL, ptx: [] },
  ]),
  ...sourced({ source: `${ISSUES}/157517`, asOf: '2026-08' }, [
    { cuda: '12.8', from: '2.8', to: '2.10', cubins: ['7.0', ...BLACKWELL], ptx: [] },
    { cuda: '12.9', from: '2.8', to: '2.10', cubins: ['7.0', ...BLACKWELL], ptx: ['12.0'] },
  ]),
  ...sourced({ source: 'https://github.com/pytorch/pytorch/pull/175253', asOf: '2026-08' }, [
    { cuda: '12.8', from: '2.11', cubins: BLACKWELL, ptx: [] },
    { cuda: '12.9', from: '2.11', cubins: BLACKWELL, ptx: ['12.0'] },
  ]),
];

export const TENSORFLOW_BUILDS: readonly TensorflowBuild[] = sourced(
  { source: 'https://www.tensorflow.org/install/source#gpu', asOf: '2026-08' },
  [
    ['2.4', '11.0'],
    ['2.5', '11.2'],
    ['2.6', '11.2'],
    ['2.7', '11.2'],
    ['2.8', '11.2'],
    ['2.9', '11.2'],
    ['2.10', '11.2'],
    ['2.11', '11.2'],
    ['2.12', '11.8'],
    ['2.13', '11.8'],
    ['2.14', '11.8'],
    ['2.15', '12.2'],
    ['2.16', '12.3'],
    ['2.17', '12.3'],
    ['2.18', '12.5'],
    ['2.19', '12.5'],
    ['2.20', '12.5'],
    ['2.21', '12.5'],
  ].map(([tensorflow = '', cuda = '']) => ({ tensorflow, cuda })),
);
