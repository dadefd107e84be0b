import { describe, it } from '@jest/globals';
import { backendContract } from '../../backends/contract.ts';
import { IS_WHOLE } from '../../faults/sample.ts';
import { startBatchBench } from './bench.ts';

const NO_FILES = 'AWS Batch keeps no files of a job';
const AT_THE_END = 'the stand-in shows the log when the job has ended, and kills it without a grace';

if (IS_WHOLE)
  backendContract('the preset aws-batch', () => startBatchBench('aws-batch-contract'), {
    'tells stdout and stderr apart, and how it ended': 'AWS Batch has one log for both',
    'tells how a run stands that another process started, and stops it for who collects it': NO_FILES,
    'goes on when who follows it leaves, and is followed from there': AT_THE_END,
    'stops a run when it is told to leave, and lets it save what it has': AT_THE_END,
    'gives a secret to the job byte by byte, and to nobody else':
      'secrets are those of the account, which the stand-in does not give to jobs',
    'is attached to by its id alone, where nothing else is known of it': NO_FILES,
    'brings back outputs of a run that failed, as regular files only': NO_FILES,
    'finds outputs below the folder that the run names': NO_FILES,
    'says when the image is not there': 'the stand-in tells no reason',
    'keeps long lines whole, and the end without a newline': 'CloudWatch has lines, and ends each of them',
    'is found by its name alone': 'AWS Batch keeps a job for some time after its end, under its name',
    'lists every run that is there, for who has no record of it': 'an ended job stays for some time',
    'cancels a run before, while and after it runs, twice, and one that never was':
      'an ended job stays for some time',
  });
else describe('the preset aws-batch', () => void it.skip('passes the contract (npm run faults)', () => undefined));
