import { type Sourced, sourced } from './rows.ts';

/** The oldest CUDA whose driver translates a version of PTX. */
export interface PtxVersion extends Sourced {
  readonly ptx: string;
  readonly cuda: string;
}

/** A version that is newer than the table may need any driver. */
export const PTX_VERSIONS: readonly PtxVersion[] = sourced(
  { source: 'https://docs.nvidia.com/cuda/parallel-thread-execution/#release-notes', asOf: '2026-11' },
  [
    { ptx: '7.0', cuda: '11.0' },
    { ptx: '7.1', cuda: '11.1' },
    { ptx: '7.2', cuda: '11.2' },
    { ptx: '7.3', cuda: '11.3' },
    { ptx: '7.4', cuda: '11.4' },
    { ptx: '7.5', cuda: '11.5' },
    { ptx: '7.6', cuda: '11.6' },
    { ptx: '7.7', cuda: '11.7' },
    { ptx: '7.8', cuda: '11.8' },
    { ptx: '8.0', cuda: '12.0' },
    { ptx: '8.1', cuda: '12.1' },
    { ptx: '8.2', cuda: '12.2' },
    { ptx: '8.3', cuda: '12.3' },
    { ptx: '8.4', cuda: '12.4' },
    { ptx: '8.5', cuda: '12.5' },
    { ptx: '8.7', cuda: '12.8' },
    { ptx: '8.8', cuda: '12.9' },
    { ptx: '9.0', cuda: '13.0' },
    { ptx: '9.1', cuda: '13.1' },
    { ptx: '9.2', cuda: '13.2' },
  ],
);
