import { backendContract } from './contract.ts';
import { startKubernetesBench } from './kubernetes-bench.ts';
import { NOT_ON_A_CLUSTER } from './not-on-a-cluster.ts';

backendContract('the kubernetes backend on a cluster of the tests', startKubernetesBench, NOT_ON_A_CLUSTER);
