import type { Finding } from '../errors.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Result } from '../tools/result.ts';
import type { Tools } from '../tools/tools.ts';
import { reportFit, reportMeasured } from './fit/report-fit.ts';
import { ensureImages, type ImagesEnsured } from './images/ensure-images.ts';
import { moveTags } from './images/moving-tags.ts';
import type { LeftRun } from './left-runs/left-runs.ts';
import { measureImages } from './measure/measure-images.ts';
import { localJobs } from './plan/local-jobs.ts';
import type { Planned } from './plan/make-plan.ts';
import type { JobPlaces } from './runs/bind-runs.ts';

/** Makes the images of a plan that are missing, and runs what is to be run. */
export async function carryOut(
  planned: Planned,
  left: readonly LeftRun[],
  inputs: Inputs,
  tools: Tools,
): Promise<Result> {
  const { host } = tools;
  const places = inputs.until === 'run' ? await placesOf(planned, inputs, tools) : undefined;
  const compared = places === undefined ? [] : await reportFit(planned, places.here, inputs, tools);
  const local = await localJobs(planned.plan, places?.here ?? new Set(), tools);
  const ensured = await host.group('Images', () =>
    ensureImages(planned, { rebuild: inputs.rebuild, offline: inputs.offline, runs: local.size > 0 }, tools),
  );
  if (!inputs.offline && tools.caller.run.github === undefined) await tools.heldBases.keep(planned.bases);
  tools.source.release();
  const made = inputs.offline ? ensured : await measureImages(ensured, tools);
  await moveTags(made.images, inputs, tools);
  const besides = await pushAboutImages(made, inputs, tools);
  const fit = await reportMeasured(compared, made, tools);
  const found = [...planned.findings, ...fit, ...made.findings, ...besides];
  if (places === undefined) return { ...made, runs: [], findings: found };

  const { here, elsewhere } = places;
  const [{ makeRoom }, { runJobs }] = await Promise.all([
    import('./disk/make-room.ts'),
    import('./run-jobs.ts'),
  ]);
  await makeRoom(made.images, local, tools);
  const { runs, findings } = await runJobs(made, { here, left }, inputs, tools);
  return { ...made, runs, elsewhere, findings: [...found, ...findings] };
}

async function placesOf({ plan }: Planned, inputs: Inputs, tools: Tools): Promise<JobPlaces> {
  const { placesOfJobs } = await import('./runs/bind-runs.ts');
  return await placesOfJobs(plan, inputs, tools);
}

/** What is about images stands beside them: nobody who asks for nothing loads it. */
async function pushAboutImages(
  made: ImagesEnsured,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly Finding[]> {
  if (!inputs.provenance && !inputs.sbom) return [];
  const { pushAbout } = await import('./referrers/about-images.ts');
  return await tools.host.group('About the images', () => pushAbout(made, inputs, tools));
}
