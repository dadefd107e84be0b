import { describe, it } from '@jest/globals';
import { codalabClient, startCodalabBench } from '../../platforms/codalab-bench.ts';
import { platformSuite } from '../../platforms/suite.ts';
import { IS_WHOLE } from '../sample.ts';
import { leftOut } from './left-out.ts';

// Each call of its client is three seconds of CPU, too much for `npm test`.
if (!IS_WHOLE || (await codalabClient()) === undefined)
  describe('the command backend on CodaLab, by its own client', () => {
    it.skip('(by npm run faults, with Python 3.7, which its client needs)', () => undefined);
  });
else
  platformSuite({
    title: 'the command backend on CodaLab, by its own client',
    start: startCodalabBench,
    cannot: leftOut('codalab'),
    requests: {
      create: /^POST \/rest\/bundles$/,
      status: /^GET \/rest\/bundles$/,
      log: /\/contents\/blob\/stdout$/,
      outputs: /\/contents\/blob\/jobimg-outputs$/,
    },
  });
