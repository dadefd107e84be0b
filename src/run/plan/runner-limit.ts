import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';

/** Hours: https://docs.github.com/en/actions/reference/limits, read in December 2026. */
export const HOSTED_HOURS = 6;

const ON_THIS_MACHINE =
  'send it to a runner of yours, which may take 5 days (`runs-on`), or let it end earlier and go on from a checkpoint';
const ELSEWHERE =
  'start it with `detach: true`, so that it goes on without the runner, and attach to it later (docs/detached-runs.md)';

/** Where a run is started, and from where. */
export interface StartedWhere {
  /** Whether this machine is a runner of GitHub's own. */
  readonly hosted: boolean;
  /** Whether the run is on this machine. */
  readonly here: boolean;
}

/** A finding for a job that may take longer than a runner of GitHub's own is given to it. */
export function runnerLimit(
  { name, timeout, origins }: Job,
  { hosted, here }: StartedWhere,
): readonly Finding[] {
  const hours = timeout / 3_600;
  if (!hosted || hours <= HOSTED_HOURS) return [];
  const shown = Number.isInteger(hours) ? hours : hours.toFixed(1);
  return [
    {
      level: 'warning',
      code: 'runner-limit',
      message: `the job ${name} may take ${shown} h, and GitHub ends a job on its own runners after ${HOSTED_HOURS} h`,
      hint: here ? ON_THIS_MACHINE : ELSEWHERE,
      location: origins.get('timeout'),
    },
  ];
}
