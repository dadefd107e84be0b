import { UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { dispatchOf } from '../plan/dispatch.ts';
import type { JobPlan, Plan } from '../plan/plan.ts';
import { missingSecrets, planRuns } from '../plan/run.ts';
import type { EnsuredImage } from '../result.ts';
import type { RunPlan } from '../run/run.ts';
import type { Tools } from '../tools.ts';

/** The runs that start on this machine; a job that belongs elsewhere is told how to get there. */
export function bindRuns(
  plan: Plan,
  images: ReadonlyMap<string, EnsuredImage>,
  inputs: Inputs,
  { caller, host }: Tools,
): readonly RunPlan[] {
  const here = plan.jobs.filter((job) => startsHere(job, inputs, caller, host));
  const missing = here.flatMap(({ job }) => missingSecrets(job, caller.env));
  if (missing.length > 0) throw UserError.of(missing);

  return here.flatMap((job) => {
    const image = images.get(job.job.name);
    if (image === undefined) throw new Error(`no image was made for the job ${job.job.name}`);
    return planRuns(job, image, { ...caller.run, callerEnv: caller.env });
  });
}

function startsHere({ job }: JobPlan, inputs: Inputs, caller: Tools['caller'], host: Tools['host']): boolean {
  if (!caller.rights.run) {
    host.info(`${job.name}: not started: ${caller.rights.why}`);
    return false;
  }
  if (inputs.here || inputs.dispatch === 'yes') return true;
  if (inputs.dispatch === 'no') return false;

  const dispatch = dispatchOf(job.runsOn, caller.machine);
  if (!dispatch.here) host.info(`${job.name}: not started here: ${dispatch.why}; give the output \`runs-on\` to a second job`);
  return dispatch.here;
}
