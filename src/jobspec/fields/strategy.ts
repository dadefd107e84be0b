import * as z from 'zod';
import { UserError } from '../../errors.ts';
import type { Strategy } from '../job/job.ts';
import { type Rows, shapeOf } from '../rows/row.ts';
import { flag, scalarOrValue, text } from '../rows/scalar.ts';
import { numberIn, parseCount } from '../values/quantity.ts';

const combinations = z.array(z.record(z.string(), text));

/** The keys beside these two are names of params. */
const MATRIX = {
  include: {
    value: combinations,
    description: 'List of combinations that are extended or added',
    type: 'list of name → value',
    shown: 'within',
  },
  exclude: {
    value: combinations,
    description: 'List of combinations, or parts of them, that are left out',
    type: 'list of name → value',
    shown: 'within',
  },
} satisfies Rows<Strategy>;

export const STRATEGY = {
  matrix: {
    value: z.object(shapeOf(MATRIX)).catchall(z.array(text)),
    keys: MATRIX,
    description: 'Values by param; one run for each combination',
    details: 'As on GitHub: see below',
    type: 'name → list of values, `include`, `exclude`',
    shown: ({ legs }) => legs.map(({ label }) => label).join('; '),
  },
  'max-parallel': {
    value: scalarOrValue(parseParallel, (content) => checkParallel(numberIn(content)), { type: 'integer' }),
    description: 'Maximum number of runs at a time',
    type: 'number',
    otherwise: '1 with a `gpu`, else as many as the CPUs allow',
    shown: ({ maxParallel }) => maxParallel?.toString(),
  },
  'fail-fast': {
    value: flag,
    description: 'Whether one failure ends the others',
    details:
      'The first leg that fails stops those that run, and no more are started; both end as `cancelled`, with the reason',
    default: 'true',
    shown: ({ failFast }) => String(failFast),
  },
} satisfies Rows<Strategy>;

function parseParallel(written: string): number {
  return checkParallel(parseCount(written));
}

function checkParallel(value: number): number {
  if (!Number.isInteger(value)) throw new UserError(`"${value}" is not a whole number`);
  if (value > 0) return value;
  throw new UserError('nothing would ever run', { hint: 'write 1 or more' });
}
