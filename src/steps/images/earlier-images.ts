import { askedOnce } from '../../asked-once.ts';
import { UserError } from '../../errors.ts';
import { isDigest } from '../../oci/digest.ts';
import { ANNOTATION, type Image, type Repository } from '../../oci/types.ts';
import { readCarried } from '../../plan/inputs-annotation.ts';
import type { Identity } from '../../plan/plan.ts';
import { whyRebuilt } from '../../plan/why-rebuilt.ts';
import type { StoredImage } from '../../tools/registry.ts';
import type { Tools } from '../../tools/tools.ts';

type InputsOf = Pick<Identity, 'carried'>;

/** Where a job's image stands among those that were built for it. */
export interface EarlierImages {
  /** Why the environment is built now; undefined when nobody can know. */
  whyEnvironment(job: string, plan: InputsOf): Promise<string | undefined>;
  /** The same of an image that is built on an environment which is there. */
  whyImage(job: string, plan: InputsOf): Promise<string | undefined>;
  /** Remembers what was built. */
  remember(job: string, image: Image): Promise<void>;
}

/** Of a store that remembers none. */
export const NO_EARLIER_IMAGES: EarlierImages = {
  whyEnvironment: async () => undefined,
  whyImage: async () => undefined,
  remember: async () => undefined,
};

/** Why images of one job are built. */
export interface BuildReasons {
  environment(plan: InputsOf): Promise<string | undefined>;
  image(plan: InputsOf): Promise<string | undefined>;
}

/** Of images about which nobody asks. */
export const NO_REASONS: BuildReasons = { environment: async () => undefined, image: async () => undefined };

export function reasonsOf(job: string, earlier: EarlierImages): BuildReasons {
  return {
    environment: (plan) => earlier.whyEnvironment(job, plan),
    image: (plan) => earlier.whyImage(job, plan),
  };
}

/**
 * The image of each job that was built last, under the tag `<job>.last`. Asked and moved only where a builder works,
 * so that a change of code alone costs nothing; and no build fails for it.
 */
export function earlierImages(
  repository: Repository,
  tools: Pick<Tools, 'registry' | 'host'>,
): EarlierImages {
  const { registry } = tools;
  const last = askedOnce((job: string) => registry.find({ ...repository, tag: tagOf(job) }));
  const why = (find: () => Promise<StoredImage | undefined>, plan: InputsOf) =>
    unlessRefused('why it is built is not known', async () => whyBuilt(await find(), plan), tools);

  return {
    whyEnvironment: (job, plan) =>
      why(async () => environmentOf(await last(job), repository, registry), plan),
    whyImage: (job, plan) => why(() => last(job), plan),
    remember: (job, image) =>
      unlessRefused(
        `the tag ${tagOf(job)} was not moved`,
        async () => {
          const there = await last(job);
          if (there?.digest !== image.digest) await registry.retag(image, tagOf(job), there?.digest);
        },
        tools,
      ),
  };
}

/** The environment of the image of a job that was built last; undefined: there is none. */
export async function lastEnvironment(
  job: string,
  repository: Repository,
  { registry }: Pick<Tools, 'registry'>,
): Promise<StoredImage | undefined> {
  const image = await registry.find({ ...repository, tag: tagOf(job) });
  return await environmentOf(image, repository, registry);
}

async function environmentOf(
  image: StoredImage | undefined,
  repository: Repository,
  registry: Tools['registry'],
): Promise<StoredImage | undefined> {
  const digest = image?.annotations.get(ANNOTATION.environment);
  return isDigest(digest) ? registry.find({ ...repository, digest }) : image;
}

function whyBuilt(earlier: StoredImage | undefined, { carried }: InputsOf): string | undefined {
  const before = readCarried(earlier?.annotations.get(ANNOTATION.inputs));
  const after = readCarried(carried);
  return before === undefined || after === undefined ? undefined : whyRebuilt(before, after);
}

/** Knowing is a comfort: that it cannot be had is said, and nothing else happens. */
async function unlessRefused<T>(
  failure: string,
  work: () => Promise<T>,
  { host }: Pick<Tools, 'host'>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    host.info(`${failure}: ${error.message}`);
    return undefined;
  }
}

function tagOf(job: string): string {
  return `${job}.last`;
}
