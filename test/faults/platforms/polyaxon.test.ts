import { startPolyaxonBench } from '../../platforms/polyaxon-bench.ts';
import { platformSuite } from '../../platforms/suite.ts';

platformSuite({
  title: 'the command backend on Polyaxon, by its own client',
  start: startPolyaxonBench,
  cannot: {
    'tells stdout and stderr apart, and how it ended': 'its client prints both as one log',
    'tells how a run stands that another process started, and stops it for who collects it':
      'a place does not give secrets back',
    'gives a secret to the job byte by byte, and to nobody else':
      'secrets are refused: what a run is made of can be read there',
    'keeps long lines whole, and the end without a newline': 'a log is lines there, each of which ends',
    'says when the image is not there': 'a run whose image is not there failed, and no more is told',
  },
  requests: {
    create: /^POST \/api\/v1\/[^/]+\/[^/]+\/runs$/,
    status: /^GET \/api\/v1\/[^/]+\/[^/]+\/runs\/[^/]+$/,
    log: /\/logs$/,
    outputs: /\/artifacts$/,
  },
});
