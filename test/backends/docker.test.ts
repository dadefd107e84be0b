import { backendContract } from './contract.ts';
import { startFakeBench } from './fake-bench.ts';

backendContract('the docker backend on an engine of the tests', startFakeBench);
