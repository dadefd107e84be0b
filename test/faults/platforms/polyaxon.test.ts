import { startPolyaxonBench } from '../../platforms/polyaxon-bench.ts';
import { platformSuite } from '../../platforms/suite.ts';
import { leftOut } from './left-out.ts';

platformSuite({
  title: 'the command backend on Polyaxon, by its own client',
  start: startPolyaxonBench,
  cannot: leftOut('polyaxon'),
  requests: {
    create: /^POST \/api\/v1\/[^/]+\/[^/]+\/runs$/,
    status: /^GET \/api\/v1\/[^/]+\/[^/]+\/runs\/[^/]+$/,
    log: /\/logs$/,
    outputs: /\/artifacts$/,
  },
});
