import { UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { dispatchOf } from '../plan/dispatch.ts';
import type { JobPlan } from '../plan/plan.ts';
import { missingSecrets, planRuns } from '../plan/run.ts';
import type { RunPlan } from '../run/run.ts';
import type { Tools } from '../tools.ts';
import type { ImagesEnsured } from './ensure-images.ts';

/** The runs that start on this machine; a job that belongs elsewhere is told how to get there. */
export async function bindRuns(
  { plan, images }: Pick<ImagesEnsured, 'plan' | 'images'>,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly RunPlan[]> {
  const { caller } = tools;
  const verdicts = await Promise.all(plan.jobs.map((job) => startsHere(job, inputs, tools)));
  const here = plan.jobs.filter((_, index) => verdicts[index]);
  const missing = here.flatMap(({ job }) => missingSecrets(job, caller.env));
  if (missing.length > 0) throw UserError.of(missing);

  return here.flatMap((job) => {
    const image = images.get(job.job.name);
    if (image === undefined) throw new Error(`no image was made for the job ${job.job.name}`);
    return planRuns(job, image, { ...caller.run, startedAt: caller.time(), callerEnv: caller.env });
  });
}

async function startsHere(
  { job }: JobPlan,
  { here, dispatch }: Inputs,
  { caller, host }: Tools,
): Promise<boolean> {
  if (!caller.rights.run) {
    host.info(`${job.name}: not started: ${caller.rights.why}`);
    return false;
  }
  if (here || dispatch === 'yes' || job.runsOn === undefined) return dispatch !== 'no';
  if (dispatch === 'no') return false;

  const verdict = dispatchOf(job.runsOn, await caller.machine());
  if (!verdict.here)
    host.info(`${job.name}: not started here: ${verdict.why}; give the output "runs-on" to a second job`);
  return verdict.here;
}
