import { backendContract } from '../backends/contract.ts';
import { startRealBench } from './support/real-bench.ts';
import { startSshEngine } from './support/ssh-engine.ts';

backendContract('the docker backend on an engine over ssh', () => startRealBench('ssh', startSshEngine));
