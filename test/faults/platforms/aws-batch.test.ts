import { startAwsBatchBench } from '../../platforms/aws-batch-bench.ts';
import { platformSuite } from '../../platforms/suite.ts';

const NO_FILES = 'AWS Batch keeps no files of a job';
const AT_THE_END = 'the stand-in shows a log when the job has ended, and kills jobs without a grace';

platformSuite({
  title: 'the command backend on AWS Batch, by the client of AWS',
  start: startAwsBatchBench,
  cannot: {
    'tells stdout and stderr apart, and how it ended': 'AWS Batch has one log for both',
    'tells how a run stands that another process started, and stops it for who collects it': NO_FILES,
    'goes on when who follows it leaves, and is followed from there': AT_THE_END,
    'stops a run when it is told to leave, and lets it save what it has': AT_THE_END,
    'gives a secret to the job byte by byte, and to nobody else':
      'secrets are those of the account, which the stand-in gives to no job',
    'is attached to by its id alone, where nothing else is known of it': NO_FILES,
    'brings back outputs of a run that failed, as regular files only': NO_FILES,
    'finds outputs below the folder that the run names': NO_FILES,
    'says when the image is not there': 'the stand-in tells no reason',
    'keeps long lines whole, and the end without a newline': 'CloudWatch has lines, each of which ends',
  },
  requests: {
    create: /^POST \/v1\/submitjob$/,
    status: /^POST \/v1\/describejobs$/,
    log: /^POST \/$/,
  },
});
