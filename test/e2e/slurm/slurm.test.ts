import { backendContract } from '../../backends/contract.ts';
import { SLURM_ROW, startSlurmBench } from '../support/slurm-bench.ts';

backendContract(
  'the slurm backend on a cluster of this machine',
  () => startSlurmBench('slurm'),
  {
    'tells stdout and stderr apart, and how it ended':
      'the log of a job is one file, in the order in which it was written',
  },
  SLURM_ROW,
);
