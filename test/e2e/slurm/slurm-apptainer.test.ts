import { backendContract } from '../../backends/contract.ts';
import { startSlurmBench } from '../support/slurm-bench.ts';

backendContract(
  'the slurm backend with apptainer, for a user who is not root',
  () => startSlurmBench('slurm-apptainer', { container: 'apptainer' }),
  {
    'tells stdout and stderr apart, and how it ended':
      'the log of a job is one file, in the order in which it was written',
  },
);
