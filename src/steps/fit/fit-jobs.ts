import { allOrErrors } from '../../all-or-errors.ts';
import { type Finding, type Location, UserError } from '../../errors.ts';
import { distinct } from '../../findings.ts';
import { checkPlatforms } from '../../fit/checks/fit.ts';
import type { PlatformImage } from '../../fit/checks/platform-image.ts';
import type { ImageFacts, Misfit, TargetFacts } from '../../fit/facts.ts';
import { mergeImages } from '../../fit/image.ts';
import { targetOfLabels } from '../../fit/labels.ts';
import { factsOfMeasured } from '../../fit/measured/facts.ts';
import type { MeasuredPlatforms } from '../../fit/measured/platforms.ts';
import { withLabels } from '../../fit/merge-targets.ts';
import type { Tables } from '../../fit/tables.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import { printPlatform } from '../../oci/platform.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { mirrored } from '../../plan/mirrors.ts';
import type { ImagePlan, JobPlan } from '../../plan/plan.ts';
import { declaredTarget } from '../../recipe/target/declared.ts';
import type { Tools } from '../../tools/tools.ts';
import { readImageFacts } from './read-image.ts';
import { readTables } from './tables.ts';

interface FitOptions {
  readonly mirrors: Mirrors;
  /** Whether the backend of a job is asked what it offers; labels of a runner are known without. */
  readonly asks: (job: Job) => boolean;
  /** Whether an image that is used as it is may be asked of its registry. */
  readonly reads: boolean;
  /** The file with rows above ours. */
  readonly data: string | undefined;
}

/** A job, what its image needs for each platform, and the places of which it gets one. */
export interface JobFit {
  readonly job: Job;
  readonly images: readonly PlatformImage[];
  readonly targets: readonly TargetFacts[];
  readonly month: string;
  readonly tables: Tables | undefined;
}

/** What is known of jobs and of the places they are sent to. */
export async function gatherFit(
  jobs: readonly JobPlan[],
  options: FitOptions,
  tools: Tools,
): Promise<readonly JobFit[]> {
  const month = new Date(tools.caller.time() * 1_000).toISOString().slice(0, 7);
  const tables = await readTables(options.data, tools);
  return await allOrErrors(
    jobs.map(async (plan) => {
      const { job } = plan;
      const [images, targets] = await Promise.all([
        imagesOf(plan, options, tools),
        targetsOf(job, options, tables, tools),
      ]);
      return { job, images, targets, month, tables };
    }),
  );
}

/** The same jobs once their images are there; what was measured goes before what files of the repository say. */
export function withMeasured(
  jobs: readonly JobFit[],
  images: ReadonlyMap<string, Pick<EnsuredImage, 'measured'>>,
): readonly JobFit[] {
  return jobs.map((fit) => {
    const measured = images.get(fit.job.name)?.measured;
    return measured === undefined
      ? fit
      : { ...fit, images: fit.images.map((image) => measuredImage(image, measured)) };
  });
}

function measuredImage({ platform, facts }: PlatformImage, all: MeasuredPlatforms): PlatformImage {
  const measured = all.get(printPlatform(platform));
  return { platform, facts: measured === undefined ? facts : mergeImages(factsOfMeasured(measured), facts) };
}

/** What does not go together, as far as both are known. */
export function findingsOf(jobs: readonly JobFit[]): readonly Finding[] {
  const found = jobs.flatMap(({ job, images, targets, month, tables }) => [
    ...untested(job),
    ...checkPlatforms({ images, gpu: job.resources.gpu, month, tables }, targets).map((misfit) =>
      findingOf(misfit, job),
    ),
  ]);
  return distinct(found);
}

/** Only an engine starts another container with the same GPUs. */
function untested({ name, preflight, backend, origins }: Job): readonly Finding[] {
  if (preflight !== 'smoke-test' || backend.name === 'docker') return [];
  return [
    {
      level: 'warning',
      code: 'fit-smoke-test',
      message: `the job ${name}: "smoke-test" tries a GPU on a Docker engine alone, and is "error" on ${backend.name}`,
      hint: 'let the job itself look first: nvidia-smi -L',
      location: origins.get('preflight'),
    },
  ];
}

async function imagesOf(
  { recipe, image }: JobPlan,
  options: FitOptions,
  tools: Tools,
): Promise<readonly PlatformImage[]> {
  if (image.kind === 'index') return image.platforms;
  return [{ platform: recipe.platform, facts: await imageOf(image, recipe.facts, options, tools) }];
}

async function imageOf(
  image: ImagePlan,
  known: ImageFacts,
  { mirrors, reads }: FitOptions,
  { registry }: Tools,
): Promise<ImageFacts> {
  if (image.kind !== 'given' || image.digest === undefined || !reads) return known;
  const { registry: host, path } = image.reference;
  const reference = mirrored({ registry: host, path, digest: image.digest }, mirrors);
  try {
    return mergeImages(await readImageFacts(reference, registry), known);
  } catch (error) {
    // Whoever pulls it is denied as well, and says so.
    if (error instanceof UserError) return known;
    throw error;
  }
}

async function targetsOf(
  job: Job,
  { asks }: FitOptions,
  tables: Tables | undefined,
  tools: Tools,
): Promise<readonly TargetFacts[]> {
  const labels = targetOfLabels(job.runsOn?.labels ?? [], tables);
  const targets = asks(job) ? await tools.targets(job.backend) : [];
  return targets.length === 0
    ? [declaredTarget(job, tables)]
    : targets.map((target) => withLabels(target, labels));
}

const PLACES: Readonly<Record<Misfit['about'], readonly string[]>> = {
  image: ['image.cuda', 'image.base', 'image.packages', 'image', 'gpu'],
  gpu: ['gpu', 'runs-on'],
};

function findingOf({ level, code, message, hint, about }: Misfit, job: Job): Finding {
  const softened = level === 'error' && (job.preflight === 'warn' || job.resources.gpu?.optional === true);
  const location = PLACES[about].map((key) => job.origins.get(key)).find((place) => place !== undefined);
  return {
    level: softened ? 'warning' : level,
    code,
    message: `the job ${job.name}: ${message}`,
    hint,
    location: location ?? locationOfSpec(job),
  };
}

function locationOfSpec({ spec }: Job): Location {
  return { file: spec };
}
