import type { Job } from '../job/job.ts';
import { linesOf } from '../rows/lines.ts';
import { type Rows, schemaOf } from '../rows/row.ts';
import { INTEGER_OR_STRING, STRING, scalar } from '../rows/scalar.ts';
import { parseCheckpoint } from '../values/paths.ts';
import { parseDuration } from '../values/quantity.ts';
import { duration } from './duration.ts';
import { RETRY } from './retry.ts';

/** How long a job may take, and what follows when it fails. */
export const LIMITS = {
  timeout: {
    value: duration,
    description: 'Time after which the job is stopped',
    details:
      '[The job of the workflow around it](results.md#how-long-the-job-of-the-workflow-may-take) takes longer',
    type: 'duration',
    default: '6h',
    shown: ({ timeout }) => `${timeout}s`,
  },
  'queue-timeout': {
    value: duration,
    description: 'Time that a run may wait to be started',
    details:
      'On docker: until enough GPUs are [free](runners.md#gpus-that-jobs-share). On Kubernetes: until it has a node. No part of `timeout`',
    type: 'duration',
    otherwise: '`24h`; on Kubernetes 7 days',
    shown: ({ queueTimeout }) => (queueTimeout === undefined ? undefined : `${queueTimeout}s`),
  },
  'stop-grace': {
    value: scalar(parseDuration, INTEGER_OR_STRING),
    description: 'Time between SIGTERM and SIGKILL',
    details: 'On GitHub at most `4m` of it after a cancel: see [The run](#the-run)',
    type: 'duration',
    default: '30s',
    shown: ({ stopGrace }) => `${stopGrace}s`,
  },
  retry: {
    value: schemaOf(RETRY),
    keys: RETRY,
    description: 'When a run is started again',
    details: 'See [Attempts](#attempts)',
    type: '`{…}`',
    otherwise: 'never',
    shown: ({ retry }) => (retry === undefined ? undefined : linesOf(RETRY, retry)),
  },
  checkpoint: {
    value: scalar(parseCheckpoint, STRING),
    description: 'Folder that is kept over the attempts of a run',
    details: 'A path in the work directory, which never enters the image. See [Attempts](#attempts)',
    type: 'path',
    shown: ({ checkpoint }) => checkpoint,
  },
} satisfies Rows<Job>;
