import { backendContract } from '../../backends/contract.ts';
import { NOT_ON_A_CLUSTER } from '../../backends/not-on-a-cluster.ts';
import { describeOnKubernetes } from '../real.ts';
import { startRealBench } from './bench.ts';

describeOnKubernetes('a backend', () => {
  backendContract('the kubernetes backend', () => startRealBench('contract'), NOT_ON_A_CLUSTER);
});
