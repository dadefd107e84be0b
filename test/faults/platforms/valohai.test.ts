import { describe, it } from '@jest/globals';
import { platformSuite } from '../../platforms/suite.ts';
import { startValohaiBench } from '../../platforms/valohai-bench.ts';
import { IS_WHOLE } from '../sample.ts';
import { leftOut } from './left-out.ts';

// A run of it is in `npm test` already: test/e2e/places/.
if (!IS_WHOLE)
  describe('the command backend on Valohai, by its own client', () => {
    it.skip('(by npm run faults)', () => undefined);
  });
else
  platformSuite({
    title: 'the command backend on Valohai, by its own client',
    start: startValohaiBench,
    cannot: leftOut('valohai'),
    requests: {
      create: /^POST \/api\/v0\/executions\/$/,
      status: /^GET \/api\/v0\/executions\/[^/]+\/$/,
      log: /\/events\/$/,
      outputs: /^GET \/api\/v0\/data\//,
    },
  });
