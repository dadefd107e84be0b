/** What `nvidia-smi --query-gpu` answers on machines of many kinds, with the fields of `SMI_FIELDS`; ids are made up. */
const gpus = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${row(index)}\n`).join('');

const uuid = (index: number): string => `GPU-0000000${index}-1111-2222-3333-444444444444`;

export const MACHINES = {
  t4: gpus(1, (i) => `${i}, ${uuid(i)}, 470.57.02, 15109, [N/A], Tesla T4, 7.5`),
  v100: gpus(4, (i) => `${i}, ${uuid(i)}, 535.104.05, 32768, [N/A], Tesla V100-SXM2-32GB, 7.0`),
  p4: gpus(1, (i) => `${i}, ${uuid(i)}, 580.126.09, 7680, [N/A], Tesla P4, 6.1`),
  a10g: gpus(1, (i) => `${i}, ${uuid(i)}, 550.54.15, 23028, [N/A], NVIDIA A10G, 8.6`),
  a100: gpus(8, (i) => `${i}, ${uuid(i)}, 525.60.13, 81920, Disabled, NVIDIA A100-SXM4-80GB, 8.0`),
  l4: gpus(1, (i) => `${i}, ${uuid(i)}, 570.124.06, 23034, [N/A], NVIDIA L4, 8.9`),
  l40s: gpus(2, (i) => `${i}, ${uuid(i)}, 560.35.05, 46068, [N/A], NVIDIA L40S, 8.9`),
  h100: gpus(8, (i) => `${i}, ${uuid(i)}, 545.23.08, 81559, Disabled, NVIDIA H100 80GB HBM3, 9.0`),
  h200: gpus(1, (i) => `${i}, ${uuid(i)}, 580.95.05, 143771, Disabled, NVIDIA H200, 9.0`),
  gh200: gpus(1, (i) => `${i}, ${uuid(i)}, 575.57.08, 97871, Disabled, NVIDIA GH200 480GB, 9.0`),
  b200: gpus(8, (i) => `${i}, ${uuid(i)}, 575.57.08, 183359, Disabled, NVIDIA B200, 10.0`),
  b300: gpus(8, (i) => `${i}, ${uuid(i)}, 590.44.01, 275040, Disabled, NVIDIA B300 SXM6 AC, 10.3`),
  gb10: gpus(1, (i) => `${i}, ${uuid(i)}, 580.95.05, [N/A], [N/A], NVIDIA GB10, 12.1`),
  rtx3090: gpus(1, (i) => `${i}, ${uuid(i)}, 535.154.05, 24576, [N/A], NVIDIA GeForce RTX 3090, 8.6`),
  rtx4090: gpus(2, (i) => `${i}, ${uuid(i)}, 550.54.14, 24564, [N/A], NVIDIA GeForce RTX 4090, 8.9`),
  rtx5090: gpus(1, (i) => `${i}, ${uuid(i)}, 570.124.06, 32607, [N/A], NVIDIA GeForce RTX 5090, 12.0`),
  rtxPro6000: gpus(
    1,
    (i) => `${i}, ${uuid(i)}, 580.65.06, 97887, Disabled, NVIDIA RTX PRO 6000 Blackwell Server Edition, 12.0`,
  ),
  a6000: gpus(1, (i) => `${i}, ${uuid(i)}, 535.183.06, 49140, [N/A], NVIDIA RTX A6000, 8.6`),
  mixed: `0, ${uuid(0)}, 570.124.06, 81920, Disabled, NVIDIA A100-SXM4-80GB, 8.0\n1, ${uuid(1)}, 570.124.06, 32768, [N/A], Tesla V100-SXM2-32GB, 7.0\n`,
  mig: `0, ${uuid(0)}, 550.54.15, 81559, Enabled, NVIDIA H100 80GB HBM3, 9.0\n1, ${uuid(1)}, 550.54.15, 81559, Disabled, NVIDIA H100 80GB HBM3, 9.0\n`,
  /** One of its GPUs has fallen off the bus. */
  lost: `Unable to determine the device handle for GPU1: 0000:81:00.0: Unknown Error\n0, ${uuid(0)}, 570.124.06, 81920, Disabled, NVIDIA A100-SXM4-80GB, 8.0\n`,
  /** Of a driver that does not know `compute_cap`. */
  old: `0, ${uuid(0)}, 450.80.02, 16160, [N/A], Tesla V100-SXM2-16GB\n`,
} as const;

export type MachineName = keyof typeof MACHINES;

/** `nvidia-smi -L` of the machine `mig`. */
export const MIG_LIST = `GPU 0: NVIDIA H100 80GB HBM3 (UUID: ${uuid(0)})
  MIG 3g.40gb     Device  0: (UUID: MIG-aaaaaaaa-1111-2222-3333-444444444444)
  MIG 1g.10gb     Device  1: (UUID: MIG-bbbbbbbb-1111-2222-3333-444444444444)
  MIG 1g.10gb     Device  2: (UUID: MIG-cccccccc-1111-2222-3333-444444444444)
GPU 1: NVIDIA H100 80GB HBM3 (UUID: ${uuid(1)})
`;
