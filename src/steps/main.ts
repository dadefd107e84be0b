import type { Finding } from '../errors.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Result } from '../tools/result.ts';
import type { Tools } from '../tools/tools.ts';
import { makeRoom } from './disk/make-room.ts';
import { previewFit, reportFit, reportMeasured } from './fit/report-fit.ts';
import { ensureImages, type ImagesEnsured } from './images/ensure-images.ts';
import { moveTags } from './images/moving-tags.ts';
import { lookForLeftRuns } from './left-runs/left-runs.ts';
import { measureImages } from './measure/measure-images.ts';
import { BASE_DENIED } from './plan/gather-facts.ts';
import { localJobs } from './plan/local-jobs.ts';
import { makePlan, type Planned } from './plan/make-plan.ts';
import { runJobs } from './run-jobs.ts';
import { placesOfJobs } from './runs/bind-runs.ts';
import { preview } from './runs/preview.ts';

/** Choose by name, look up what was named, plan by digest, make what is missing, run. */
export async function main(inputs: Inputs, tools: Tools): Promise<Result> {
  const { host } = tools;

  const left = inputs.until === 'run' ? await lookForLeftRuns(tools) : [];
  const planned = await host.group('Plan', () => makePlan(inputs, tools));
  if (inputs.until === 'plan') return previewed(planned, inputs, tools);
  const hindrance = hindranceOf(planned, tools);
  if (hindrance !== undefined) {
    host.info(`nothing is built: ${hindrance}`);
    return untouched(planned);
  }

  const places = inputs.until === 'run' ? await placesOfJobs(planned.plan, inputs, tools) : undefined;
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
  await makeRoom(made.images, local, tools);
  const { runs, findings } = await runJobs(made, { here, left }, inputs, tools);
  return { ...made, runs, elsewhere, findings: [...found, ...findings] };
}

function untouched({ plan, findings }: Planned): Result {
  return { plan, images: new Map(), runs: [], findings };
}

async function previewed(planned: Planned, inputs: Inputs, tools: Tools): Promise<Result> {
  const fit = await previewFit(planned, inputs, tools);
  const found = await preview(planned.plan, inputs, tools);
  const result = { ...untouched(planned), findings: [...planned.findings, ...fit], preview: found };
  return inputs.cost ? { ...result, cost: await costOf(planned, inputs, tools) } : result;
}

async function costOf(planned: Planned, inputs: Inputs, tools: Tools): Promise<Result['cost']> {
  const { mergeCost } = await import('./cost/merge-cost.ts');
  return await tools.host.group('Cost of merging', () => mergeCost(planned, inputs, tools));
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

/** Why nothing is built of what was planned; undefined: it can be. */
function hindranceOf({ findings }: Planned, { caller: { rights } }: Tools): string | undefined {
  if (!rights.build) return rights.why;
  const isDenied = findings.some(({ code }) => code === BASE_DENIED);
  return isDenied ? `a base requires a login, and ${rights.why}` : undefined;
}
