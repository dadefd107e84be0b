import type { Finding } from '../../errors.ts';
import type { Result } from '../../tools/result.ts';

/** On the command line nobody starts a second job: a run that did not start here is a failure, with its remedy. */
export function elsewhereFindings({ elsewhere = new Map() }: Pick<Result, 'elsewhere'>): readonly Finding[] {
  return [...elsewhere].map(([job, why]) => ({
    level: 'error',
    code: 'not-started',
    message: `the job "${job}" was not started here: ${why}`,
    hint: 'to start it on this machine all the same, give the same command and "--here"',
  }));
}
