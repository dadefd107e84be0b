import type { Inputs } from '../inputs/inputs.ts';
import { metricsFindings } from '../run/metrics/metrics-findings.ts';
import type { Result } from '../tools/result.ts';
import type { Tools } from '../tools/tools.ts';
import { makeRoom } from './disk/make-room.ts';
import { tellLastDetached } from './found-runs/last-detached.ts';
import { ensureImages } from './images/ensure-images.ts';
import { moveTags } from './images/moving-tags.ts';
import { attachTo, finishLeftRuns, lookForLeftRuns } from './left-runs/left-runs.ts';
import { BASE_DENIED } from './plan/gather-facts.ts';
import { localJobs } from './plan/local-jobs.ts';
import { makePlan, type Planned } from './plan/make-plan.ts';
import { bindRuns, placesOfJobs } from './runs/bind-runs.ts';
import { lacksOf } from './runs/missing-dependencies.ts';
import { preview } from './runs/preview.ts';
import { runAll } from './runs/run-all.ts';

/** Choose by name, look up what was named, plan by digest, make what is missing, run. */
export async function main(inputs: Inputs, tools: Tools): Promise<Result> {
  const { host } = tools;

  const left = inputs.until === 'run' ? await lookForLeftRuns(tools) : [];
  const planned = await host.group('Plan', () => makePlan(inputs, tools));
  const untouched: Result = { plan: planned.plan, images: new Map(), runs: [], findings: planned.findings };
  if (inputs.until === 'plan') return { ...untouched, preview: await preview(planned.plan, inputs, tools) };
  const hindrance = hindranceOf(planned, tools);
  if (hindrance !== undefined) {
    host.info(`nothing is built: ${hindrance}`);
    return untouched;
  }

  const places = inputs.until === 'run' ? await placesOfJobs(planned.plan, inputs, tools) : undefined;
  const local = await localJobs(planned.plan, places?.here ?? new Set(), tools);
  const made = await host.group('Images', () =>
    ensureImages(planned, { rebuild: inputs.rebuild, runs: local.size > 0 }, tools),
  );
  tools.source.release();
  await moveTags(made.images, inputs, tools);
  const built: Result = { ...made, runs: [], findings: [...planned.findings, ...made.findings] };
  if (places === undefined) return built;

  await makeRoom(made.images, local, tools);
  const runsOfJobs = bindRuns(made, places.here, tools);
  const bound = inputs.detach ? runsOfJobs.map((run) => ({ ...run, detached: true })) : runsOfJobs;
  await finishLeftRuns(left, bound, tools);
  if (inputs.detach) await tellLastDetached(bound, tools);
  const { runs, findings } = await runAll(bound, tools, attachTo(left, tools));
  const jobs = made.plan.jobs.map(({ job }) => job);
  const clues = [...metricsFindings(runs, jobs), ...lacksOf(runs, made.plan)];
  const { elsewhere } = places;
  return { ...built, runs, elsewhere, findings: [...built.findings, ...findings, ...clues] };
}

/** Why nothing is built of what was planned; undefined: it can be. */
function hindranceOf({ findings }: Planned, { caller: { rights } }: Tools): string | undefined {
  if (!rights.build) return rights.why;
  const isDenied = findings.some(({ code }) => code === BASE_DENIED);
  return isDenied ? `a base requires a login, and ${rights.why}` : undefined;
}
