import { backendContract } from './contract.ts';
import { startShellQueue } from './shell-queue/bench.ts';

backendContract('the command backend on a queue of some lines of shell', startShellQueue, {
  'tells stdout and stderr apart, and how it ended': 'the queue has one log for both',
  'tells how a run stands that another process started, and stops it for who collects it':
    'a place does not give secrets back',
  'says when the image is not there': 'its runs are processes, and have no image',
  'finds outputs below the folder that the run names': 'its runs have one folder to work in, and no root',
});
