import { type Sourced, sourced } from './rows.ts';

/** As NVIDIA's own requirements name them: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html */
export type Brand =
  | 'tesla'
  | 'nvidia'
  | 'quadro'
  | 'quadrortx'
  | 'nvidiartx'
  | 'geforce'
  | 'titan'
  | 'jetson';

/** A model of GPU. */
export interface GpuModel extends Sourced {
  /** Words of its name, in their order; others may stand between them. */
  readonly name: string;
  readonly computeCapability: string;
  /** GB as it is sold, for each of its variants; none: it shares the memory of the machine. */
  readonly memory: readonly number[];
  readonly brand: Brand;
  /** Of the CPU that it is made into one module with; none: any machine may have it. */
  readonly cpu?: 'arm64' | undefined;
}

type Row = readonly [name: string, memory: readonly number[], brand: Brand, cpu?: 'arm64'];

const models = (computeCapability: string, ...rows: readonly Row[]) =>
  rows.map(([name, memory, brand, cpu]) => ({
    name,
    computeCapability,
    memory,
    brand,
    cpu,
  }));

/** A model that is not here may be any. */
export const GPU_MODELS: readonly GpuModel[] = sourced(
  { source: 'https://developer.nvidia.com/cuda-gpus', asOf: '2026-11' },
  [
    ...models('12.1', ['GB10', [], 'nvidia', 'arm64']),
    ...models(
      '12.0',
      ['RTX PRO 6000', [96], 'nvidiartx'],
      ['RTX PRO 5000', [48], 'nvidiartx'],
      ['RTX PRO 4500', [32], 'nvidiartx'],
      ['RTX PRO 4000', [24], 'nvidiartx'],
      ['RTX 5090', [32], 'geforce'],
      ['RTX 5080', [16], 'geforce'],
      ['RTX 5070 Ti', [16], 'geforce'],
      ['RTX 5070', [12], 'geforce'],
      ['RTX 5060', [8, 16], 'geforce'],
    ),
    ...models('11.0', ['Thor', [], 'jetson', 'arm64']),
    ...models('10.3', ['B300', [288], 'nvidia'], ['GB300', [288], 'nvidia', 'arm64']),
    ...models('10.0', ['B200', [180, 192], 'nvidia'], ['GB200', [186, 192], 'nvidia', 'arm64']),
    ...models(
      '9.0',
      ['H100', [80, 94], 'nvidia'],
      ['H800', [80], 'nvidia'],
      ['H200', [141], 'nvidia'],
      ['H20', [96, 141], 'nvidia'],
      ['GH200', [96, 144], 'nvidia', 'arm64'],
    ),
    ...models(
      '8.9',
      ['L4', [24], 'nvidia'],
      ['L40', [48], 'nvidia'],
      ['L40S', [48], 'nvidia'],
      ['RTX 6000 Ada', [48], 'nvidiartx'],
      ['RTX 5000 Ada', [32], 'nvidiartx'],
      ['RTX 4000 Ada', [20], 'nvidiartx'],
      ['RTX 4090', [24], 'geforce'],
      ['RTX 4080', [16], 'geforce'],
      ['RTX 4070', [8, 12, 16], 'geforce'],
      ['RTX 4060', [8, 16], 'geforce'],
    ),
    ...models('8.7', ['Orin', [], 'jetson', 'arm64']),
    ...models(
      '8.6',
      ['A10', [24], 'nvidia'],
      ['A10G', [24], 'nvidia'],
      ['A16', [16], 'nvidia'],
      ['A40', [48], 'nvidia'],
      ['A2', [16], 'nvidia'],
      ['RTX A6000', [48], 'nvidiartx'],
      ['RTX A5000', [24], 'nvidiartx'],
      ['RTX A4000', [16], 'nvidiartx'],
      ['RTX A2000', [6, 12], 'nvidiartx'],
      ['RTX 3090', [24], 'geforce'],
      ['RTX 3080', [10, 12, 16], 'geforce'],
      ['RTX 3070', [8], 'geforce'],
      ['RTX 3060', [8, 12], 'geforce'],
    ),
    ...models('8.0', ['A100', [40, 80], 'nvidia'], ['A800', [40, 80], 'nvidia'], ['A30', [24], 'nvidia']),
    ...models(
      '7.5',
      ['T4', [16], 'tesla'],
      ['TITAN RTX', [24], 'titan'],
      ['Quadro RTX 6000', [24], 'quadrortx'],
      ['Quadro RTX 8000', [48], 'quadrortx'],
      ['RTX 2080 Ti', [11], 'geforce'],
      ['RTX 2080', [8], 'geforce'],
      ['RTX 2070', [8], 'geforce'],
      ['RTX 2060', [6, 12], 'geforce'],
    ),
    ...models('7.0', ['V100', [16, 32], 'tesla'], ['TITAN V', [12], 'titan']),
    ...models(
      '6.1',
      ['P4', [8], 'tesla'],
      ['P40', [24], 'tesla'],
      ['GTX 1080 Ti', [11], 'geforce'],
      ['GTX 1080', [8], 'geforce'],
    ),
    ...models('6.0', ['P100', [12, 16], 'tesla']),
    ...models('3.7', ['K80', [12], 'tesla']),
  ],
);
