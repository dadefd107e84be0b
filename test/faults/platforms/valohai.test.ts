import { describe, it } from '@jest/globals';
import { platformSuite } from '../../platforms/suite.ts';
import { startValohaiBench } from '../../platforms/valohai-bench.ts';
import { IS_WHOLE } from '../sample.ts';

// A run of it is in `npm test` already: test/e2e/places/.
if (!IS_WHOLE)
  describe('the command backend on Valohai, by its own client', () => {
    it.skip('(by npm run faults)', () => undefined);
  });
else
  platformSuite({
    title: 'the command backend on Valohai, by its own client',
    start: startValohaiBench,
    cannot: {
      'tells stdout and stderr apart, and how it ended': 'its client prints both as one log',
      'tells how a run stands that another process started, and stops it for who collects it':
        'a place does not give secrets back',
      'gives a secret to the job byte by byte, and to nobody else':
        'secrets are refused: variables of an execution can be read there',
      'keeps long lines whole, and the end without a newline': 'a log is lines there, each of which ends',
      'says when the image is not there':
        'an execution that could not be started crashed, and no more is told',
    },
    requests: {
      create: /^POST \/api\/v0\/executions\/$/,
      status: /^GET \/api\/v0\/executions\/[^/]+\/$/,
      log: /\/events\/$/,
      outputs: /^GET \/api\/v0\/data\//,
    },
  });
