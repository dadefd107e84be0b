import type { Inputs } from '../inputs/inputs.ts';
import { metricsFindings } from '../run/metrics/metrics-findings.ts';
import type { Result } from '../tools/result.ts';
import type { Tools } from '../tools/tools.ts';
import { tellLastDetached } from './found-runs/last-detached.ts';
import { attachTo, finishLeftRuns, type LeftRun } from './left-runs/left-runs.ts';
import { recordPushes } from './referrers/record-pushes.ts';
import { bindRuns } from './runs/bind-runs.ts';
import { lacksOf } from './runs/result/missing-dependencies.ts';
import { runAll } from './runs/run-all.ts';

interface Running {
  /** Names of the jobs that are started here. */
  readonly here: ReadonlySet<string>;
  /** What killed processes have left. */
  readonly left: readonly LeftRun[];
}

/** Starts the runs of jobs whose images are there, and follows them to their end. */
export async function runJobs(
  made: Pick<Result, 'plan' | 'images'>,
  { here, left }: Running,
  inputs: Inputs,
  tools: Tools,
): Promise<Pick<Result, 'runs' | 'findings'>> {
  const { plan } = made;
  const all = bindRuns(made, here, tools);
  const bound = inputs.detach ? all.map((run) => ({ ...run, detached: true })) : all;
  await finishLeftRuns(left, bound, tools);
  if (inputs.detach) await tellLastDetached(bound, tools);
  const records = await recordPushes(plan, inputs, tools);
  const { runs, findings } = await runAll(bound, tools, {
    attach: attachTo(left, tools),
    ...(records === undefined ? {} : { over: records.over }),
  });
  const jobs = plan.jobs.map(({ job }) => job);
  const about = (await records?.findings()) ?? [];
  return { runs, findings: [...findings, ...metricsFindings(runs, jobs), ...lacksOf(runs, plan), ...about] };
}
