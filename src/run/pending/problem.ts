import type { JobPlan } from '../../plan/plan.ts';

/** Why a job needs a checkout of its repository where it is run; undefined: its image is all that it needs. */
export function checkoutProblem({ job, mount }: Pick<JobPlan, 'job' | 'mount'>): string | undefined {
  if (mount !== undefined) return 'its code is put into the container from the checkout (code: mount)';
  const file = job.inputs?.find(({ from }) => 'path' in from);
  return file === undefined ? undefined : `its input "${file.name}" is a file of the repository`;
}
