import { backendContract } from '../../backends/contract.ts';
import { USER_CONTAINER } from '../../slurm/user.ts';
import { SLURM_ROW, startSlurmBench } from '../support/slurm-bench.ts';

backendContract(
  `the slurm backend with ${USER_CONTAINER}, for a user who is not root`,
  () => startSlurmBench('slurm-apptainer', { hasUser: true }),
  {
    'tells stdout and stderr apart, and how it ended':
      'the log of a job is one file, in the order in which it was written',
  },
  SLURM_ROW,
);
