import { allOrErrors } from '../../all-or-errors.ts';
import { askedOnce } from '../../asked-once.ts';
import { packageChanges } from '../../cost/changes.ts';
import { type JobCost, type MergeCost, MOST_JOBS, type PackagesCost } from '../../cost/cost.ts';
import { pullCost } from '../../cost/pull.ts';
import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { destinationOf } from '../../plan/destination.ts';
import { codeSize } from '../../plan/images/code-size.ts';
import { firstEnvironment } from '../../plan/images/index-image.ts';
import { lastName } from '../../plan/images/last-name.ts';
import type { Destination, JobPlan } from '../../plan/plan.ts';
import type { Baseline } from '../../tools/pull-requests/baseline.ts';
import type { LookupResult } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { lookUpImages } from '../images/image-lookup.ts';
import { buildReasons } from '../images/reasons/build-reason.ts';
import type { Planned } from '../plan/make-plan.ts';
import { comparedFiles } from './compared-files.ts';
import { pulledLayers } from './pulled-layers.ts';

/**
 * What it costs when this becomes the branch that images are made from: what is built anew, and what machines fetch.
 * Nothing fails for it: what cannot be known is said to be unknown.
 */
export async function mergeCost(planned: Planned, inputs: Inputs, tools: Tools): Promise<MergeCost> {
  const destination = mergedDestination(inputs, tools);
  const plan = planned.for(destination);
  const { found, findings } = await lookUpImages(plan, tools);
  for (const { message } of findings) tools.host.info(`what is there already is not known: ${message}`);
  const why = found.size === 0 ? new Map<string, string>() : await buildReasons(plan, found, tools);
  const baseline = askedOnce(
    () => baselineOf(tools),
    () => '',
  );
  const context = { destination, why, baseline, tools };
  const shown = plan.jobs.slice(0, MOST_JOBS);
  const jobs = shown.map((job) => jobCost(job, found.get(job.job.name), context));
  return {
    version: 1,
    spec: plan.jobs[0]?.job.spec ?? '',
    jobs: await allOrErrors(jobs),
    more: plan.jobs.length - shown.length,
  };
}

/** Where a push of the merged code puts its images, although this event may put none there. */
function mergedDestination(inputs: Inputs, { caller }: Pick<Tools, 'caller'>): Destination {
  return destinationOf(
    { registry: inputs.registry, push: 'auto' },
    { rights: { ...caller.rights, push: true }, autoRegistry: caller.autoRegistry },
  );
}

async function baselineOf({ baseline, host }: Tools): Promise<Baseline | undefined> {
  try {
    return await baseline();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    host.info(`packages are not compared: ${error.message}`);
    return undefined;
  }
}

interface CostContext {
  readonly destination: Destination;
  readonly why: ReadonlyMap<string, string>;
  readonly baseline: () => Promise<Baseline | undefined>;
  readonly tools: Tools;
}

async function jobCost(
  plan: JobPlan,
  found: LookupResult | undefined,
  context: CostContext,
): Promise<JobCost> {
  const { job, image } = plan;
  const size = codeSize(plan);
  const code = size === undefined ? {} : { code: { files: size.files, bytes: size.bytes } };
  if (image.kind === 'given') return { name: job.name, made: 'given' };
  const made = madeOf(found);
  const why = context.why.get(job.name);
  const cost = { name: job.name, made, ...(why === undefined ? {} : { why: why.slice(0, MOST_WHY) }) };
  if (made === 'nothing' || made === 'unknown') return cost;
  if (made === 'code') return { ...cost, ...code };
  const { destination, tools } = context;
  const layers =
    destination.kind === 'engine'
      ? undefined
      : await pulledLayers(firstEnvironment(image), lastName(job), destination.repository, tools);
  return {
    ...cost,
    ...code,
    packages: await packagesCost(plan, context),
    ...(layers === undefined ? {} : { pull: pullCost(layers) }),
  };
}

const MOST_WHY = 2_000;

function madeOf(found: LookupResult | undefined): JobCost['made'] {
  if (found?.image === true) return 'nothing';
  if (found?.environment === undefined || found.image === undefined) return 'unknown';
  return found.environment ? 'code' : 'environment';
}

async function packagesCost(plan: JobPlan, { baseline, tools }: CostContext): Promise<PackagesCost> {
  const known = await baseline();
  if (known === undefined) return { kind: 'unknown' };
  try {
    return packageChanges(await comparedFiles(plan, known, tools));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tools.host.info(`packages are not compared: ${error.message}`);
    return { kind: 'unknown' };
  }
}
