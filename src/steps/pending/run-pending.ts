import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { PendingJobs } from '../../run/pending/read.ts';
import type { Result } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { lookForLeftRuns } from '../left-runs/look-for-left-runs.ts';
import { checkPatterns } from '../plan/line-readers.ts';
import { runJobs } from '../run-jobs.ts';
import { placesOfJobs } from '../runs/bind-runs.ts';

/** Starts the runs of jobs whose images another job of the workflow has made, and follows them to their end. */
export async function runPending(
  { plan, images }: PendingJobs,
  inputs: Inputs,
  tools: Tools,
): Promise<Result> {
  const { rights } = tools.caller;
  if (!rights.run) {
    throw new UserError(`nothing is started: ${rights.why}`, {
      code: 'untrusted',
      hint: "let the job of the workflow ask for it: if: needs.image.outputs.trusted == 'true'",
    });
  }
  const left = await lookForLeftRuns(tools);
  await checkPatterns(plan.jobs.map(({ job }) => job));
  const { here } = await placesOfJobs(plan, { ...inputs, dispatch: 'yes' }, tools);
  const { runs, findings } = await runJobs({ plan, images }, { here, left }, inputs, tools);
  return { plan, images, runs, findings };
}
