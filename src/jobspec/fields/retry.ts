import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { RETRY_CAUSES, type Retry } from '../job/retry.ts';
import type { Rows } from '../rows/row.ts';
import { scalar } from '../rows/scalar.ts';
import { parseCount } from '../values/quantity.ts';
import { duration } from './duration.ts';

/** Whoever asks for more has a job that does not work. */
const MOST = 100;

/** The keys of `retry`. */
export const RETRY = {
  max: {
    value: scalar(parseMax, { type: 'integer' }),
    required: true,
    description: 'Number of attempts after the first one',
    type: 'number',
    shown: ({ max }) => String(max),
  },
  on: {
    value: z.array(z.enum(RETRY_CAUSES)).min(1),
    description: 'List of what is tried again',
    details: '`error`, which is one of the job itself, has to be said',
    type: 'list of `no-capacity`, `interruption`, `error`',
    default: ['no-capacity', 'interruption'],
    shown: ({ on }) => on.join(', '),
  },
  backoff: {
    value: duration,
    description: 'Time before the second attempt',
    details: 'Each further one waits twice as long, up to 10 minutes or this time',
    type: 'duration',
    default: '10s',
    shown: ({ backoff }) => `${backoff}s`,
  },
} satisfies Rows<Retry>;

function parseMax(written: string): number {
  const max = parseCount(written);
  if (max <= MOST) return max;
  throw new UserError(`${max} attempts are too many`, { hint: `write at most ${MOST}` });
}
