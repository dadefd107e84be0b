import { allOrErrors } from '../../../all-or-errors.ts';
import { lastName } from '../../../plan/images/last-name.ts';
import type { Destination, JobPlan, Plan } from '../../../plan/plan.ts';
import type { LookupResult } from '../../../tools/result.ts';
import type { Tools } from '../../../tools/tools.ts';
import { type EarlierImages, earlierImages, NO_EARLIER_IMAGES } from '../earlier-images.ts';

/** Why each image that is not there would be built, by job name. */
export async function buildReasons(
  { jobs, destination }: Plan,
  found: ReadonlyMap<string, LookupResult>,
  tools: Tools,
): Promise<ReadonlyMap<string, string>> {
  const earlier = earlierOf(destination, jobs, tools);
  const reasons = jobs.map(async (job) => {
    const why = await reasonOf(job, found.get(job.job.name) ?? {}, earlier);
    return why === undefined ? [] : [[job.job.name, why] as const];
  });
  return new Map((await allOrErrors(reasons)).flat());
}

function earlierOf(destination: Destination, jobs: Plan['jobs'], tools: Tools): EarlierImages {
  if (destination.kind === 'engine' || jobs.length === 0) return NO_EARLIER_IMAGES;
  return earlierImages(destination.repository, tools);
}

async function reasonOf(
  { job, image }: JobPlan,
  { environment, image: own }: LookupResult,
  earlier: EarlierImages,
): Promise<string | undefined> {
  if (image.kind === 'given' || own !== false) return undefined;
  if (environment === false)
    return (
      (await earlier.whyEnvironment(lastName(job), image.environment)) ??
      'no environment image with this content is there'
    );
  if (image.kind !== 'build') return CODE_IS_NEW;
  return (await earlier.whyImage(lastName(job), image)) ?? CODE_IS_NEW;
}

const CODE_IS_NEW = 'the environment is unchanged, the code is new';
