import * as z from 'zod';
import type { Job } from '../job/job.ts';
import { type Rows, schemaOf } from '../rows/row.ts';
import { INTEGER_OR_STRING, STRING, scalar, scalarOrValue } from '../rows/scalar.ts';
import { parseOneLine } from '../values/names.ts';
import { checkLimit, numberIn, parseCount, parseDuration, parseLimit } from '../values/quantity.ts';

const duration = scalarOrValue(parseLimit, (content) => checkLimit(numberIn(content)), {
  ...INTEGER_OR_STRING,
  examples: ['90m', '2h', '1h30m'],
});

const RETRY = {
  max: {
    value: scalar(parseCount, { type: 'integer' }),
    description: 'Maximum number of repetitions',
    type: 'number',
    default: '0',
    shown: 'within',
  },
  on: {
    value: z.array(z.enum(['no-capacity', 'interruption', 'error'])),
    description: 'List of what is tried again',
    type: 'list of `no-capacity`, `interruption`, `error`',
    shown: 'within',
  },
  backoff: {
    value: duration,
    description: 'Time before the next attempt',
    type: 'duration',
    shown: 'within',
  },
} satisfies Rows;

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
    description: 'When a run is tried again',
    type: '`{…}`',
    otherwise: 'never',
    shown: { instead: 'remove it, and run the job again when it fails', asksNothing: retriesNever },
  },
  checkpoint: {
    value: scalar(parseOneLine, STRING),
    description: 'Path that is kept over attempts',
    type: 'path',
    shown: { instead: 'remove it, and write what should be kept below "outputs:"' },
  },
} satisfies Rows<Job>;

function retriesNever(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { max = '0' } = value as { max?: unknown };
  return max === '0';
}
