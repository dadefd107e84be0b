import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { metricsFindings } from '../../run/metrics/metrics-findings.ts';
import type { PendingJobs } from '../../run/pending/read.ts';
import type { Result } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { attachTo, finishLeftRuns, lookForLeftRuns } from '../left-runs/left-runs.ts';
import { checkPatterns } from '../plan/line-readers.ts';
import { recordPushes } from '../referrers/record-pushes.ts';
import { bindRuns, placesOfJobs } from '../runs/bind-runs.ts';
import { lacksOf } from '../runs/missing-dependencies.ts';
import { runAll } from '../runs/run-all.ts';

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
  const jobs = plan.jobs.map(({ job }) => job);
  await checkPatterns(jobs);
  const { here } = await placesOfJobs(plan, { ...inputs, dispatch: 'yes' }, tools);
  const bound = bindRuns({ plan, images }, here, tools);
  const own = inputs.detach ? bound.map((run) => ({ ...run, detached: true })) : bound;
  await finishLeftRuns(left, own, tools);
  const records = await recordPushes(plan, inputs, tools);
  const { runs, findings } = await runAll(own, tools, {
    attach: attachTo(left, tools),
    ...(records === undefined ? {} : { over: records.over }),
  });
  const about = (await records?.findings()) ?? [];
  const clues = [...metricsFindings(runs, jobs), ...lacksOf(runs, plan), ...about];
  return { plan, images, runs, findings: [...findings, ...clues] };
}
