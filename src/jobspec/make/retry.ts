import type { JobFields } from '../fields/job.ts';
import type { Job } from '../job/job.ts';

/** Nothing of one that asks for no further attempt. */
export function retryOf(written: JobFields['retry']): Pick<Job, 'retry'> {
  return written === undefined || written.max === 0 ? {} : { retry: written };
}
