import { backendContract, GUARDED_BY_PROCESS } from './contract.ts';
import { startFakeBench } from './fake-bench.ts';

backendContract('the docker backend on an engine of the tests', startFakeBench, GUARDED_BY_PROCESS);
