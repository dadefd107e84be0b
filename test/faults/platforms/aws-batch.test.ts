import { startAwsBatchBench } from '../../platforms/aws-batch-bench.ts';
import { platformSuite } from '../../platforms/suite.ts';
import { leftOut } from './left-out.ts';

platformSuite({
  title: 'the command backend on AWS Batch, by the client of AWS',
  start: startAwsBatchBench,
  cannot: leftOut('aws-batch'),
  requests: {
    create: /^POST \/v1\/submitjob$/,
    status: /^POST \/v1\/describejobs$/,
    log: /^POST \/$/,
  },
});
