import { describe, it } from '@jest/globals';
import { codalabClient, startCodalabBench } from '../../platforms/codalab-bench.ts';
import { platformSuite } from '../../platforms/suite.ts';
import { IS_WHOLE } from '../sample.ts';

const NO_GRACE = 'a bundle that is told to stop is killed at once';

// Each call of its client is three seconds of CPU, too much for `npm test`.
if (!IS_WHOLE || (await codalabClient()) === undefined)
  describe('the command backend on CodaLab, by its own client', () => {
    it.skip('(by npm run faults, with Python 3.7, which its client needs)', () => undefined);
  });
else
  platformSuite({
    title: 'the command backend on CodaLab, by its own client',
    start: startCodalabBench,
    cannot: {
      'tells stdout and stderr apart, and how it ended': 'its place for stderr is not read: one log has both',
      'tells how a run stands that another process started, and stops it for who collects it':
        'a place does not give secrets back',
      'gives a secret to the job byte by byte, and to nobody else': 'secrets are refused',
      'says when the image is not there': 'a bundle whose image is not there failed, and no more is told',
      'goes on when who follows it leaves, and is followed from there': NO_GRACE,
      'stops a run when it is told to leave, and lets it save what it has': NO_GRACE,
    },
    requests: {
      create: /^POST \/rest\/bundles$/,
      status: /^GET \/rest\/bundles$/,
      log: /\/contents\/blob\/stdout$/,
      outputs: /\/contents\/blob\/jobimg-outputs$/,
    },
  });
