import * as z from 'zod';
import { DEFAULT_BACKEND } from '../job/backend-names.ts';
import type { Job, RunsOn } from '../job/job.ts';
import { PREFLIGHTS } from '../job/preflight.ts';
import { linesOf, ownLine } from '../rows/lines.ts';
import { type Rows, schemaOf } from '../rows/row.ts';
import { STRING, scalar } from '../rows/scalar.ts';
import { parseRunnerLabel } from '../values/names.ts';
import { BACKEND_FIELDS, Backend } from './backend.ts';

const label = scalar(parseRunnerLabel, STRING);

const RUNS_ON = {
  group: {
    value: label,
    description: 'Group of runners',
    type: 'name',
    shown: ({ group }) => group,
  },
  labels: {
    value: z.union([scalar((one) => [parseRunnerLabel(one)], STRING), z.array(label)]),
    description: 'List of labels',
    type: 'label, or list of labels',
    shown: 'within',
  },
} satisfies Rows<RunsOn>;

/** Where a job runs. */
export const PLACE = {
  'runs-on': {
    value: z.union([label, z.array(label).min(1), schemaOf(RUNS_ON)]),
    keys: RUNS_ON,
    description: 'Runner: label, list of labels, or group',
    details: 'Where the job belongs; becomes the output `runs-on`',
    type: 'label, list of labels, or `{…}`',
    otherwise: 'this machine',
    shown: ({ runsOn }) =>
      runsOn && [ownLine(runsOn.labels.join(', '), 'labels'), ...linesOf(RUNS_ON, runsOn)],
  },
  backend: {
    value: Backend,
    keys: BACKEND_FIELDS,
    description: 'Where the job runs',
    details: 'See [Where it is sent](#where-it-is-sent)',
    type: 'name, or name → its options',
    default: DEFAULT_BACKEND,
    shown: ({ backend }) => [ownLine(backend.name), ...linesOf(BACKEND_FIELDS, backend)],
  },
  preflight: {
    value: z.enum(PREFLIGHTS),
    description: 'What happens when a contradiction is found before the start',
    details: '`smoke-test`: as `error`, and a container tries the GPU first',
    default: 'error',
    shown: ({ preflight }) => preflight,
  },
} satisfies Rows<Job>;
