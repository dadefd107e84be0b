import { askedOnce } from '../asked-once.ts';
import { UserError } from '../errors.ts';
import { isDigest } from '../oci/digest.ts';
import { ANNOTATION, type Image, type Repository } from '../oci/types.ts';
import { readCarried } from '../plan/carried.ts';
import type { EnvironmentPlan } from '../plan/plan.ts';
import { whyRebuilt } from '../plan/why-rebuilt.ts';
import type { Tools } from '../tools.ts';

type Found = Awaited<ReturnType<Tools['registry']['find']>>;

/** Where a job's image stands among those that were built for it. */
export interface EarlierImages {
  /** Why the environment is built now; undefined when nobody can know. */
  whyEnvironment(job: string, plan: Pick<EnvironmentPlan, 'carried'>): Promise<string | undefined>;
  /** The same of an image that is built on an environment which is there. */
  whyImage(job: string, plan: { readonly carried: string }): Promise<string | undefined>;
  /** Remembers what was built. */
  remember(job: string, image: Image): Promise<void>;
}

/**
 * The image of each job that was built last, under the tag `<job>.last`. Asked and moved only where a builder works,
 * so that a change of code alone costs nothing; and no build fails for it.
 */
export function earlierImages(
  repository: Repository,
  { registry, host }: Pick<Tools, 'registry' | 'host'>,
): EarlierImages {
  const last = askedOnce((job: string) => registry.find({ ...repository, tag: tagOf(job) }));

  async function lastEnvironment(job: string): Promise<Found> {
    const image = await last(job);
    const digest = image?.annotations.get(ANNOTATION.environment);
    return isDigest(digest) ? registry.find({ ...repository, digest }) : image;
  }

  /** Knowing is a comfort: that it cannot be had is said, and nothing else happens. */
  async function tolerant<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      host.info(`${what}: ${error.message}`);
      return undefined;
    }
  }

  async function why(found: Promise<Found>, carried: string): Promise<string | undefined> {
    const before = readCarried((await found)?.annotations.get(ANNOTATION.inputs));
    const after = readCarried(carried);
    return before === undefined || after === undefined ? undefined : whyRebuilt(before, after);
  }

  return {
    whyEnvironment: (job, { carried }) =>
      tolerant('why it is built is not known', () => why(lastEnvironment(job), carried)),
    whyImage: (job, { carried }) => tolerant('why it is built is not known', () => why(last(job), carried)),
    async remember(job, image) {
      await tolerant(`the tag ${tagOf(job)} was not moved`, async () => {
        const there = await last(job);
        if (there?.digest !== image.digest) await registry.retag(image, tagOf(job), there?.digest);
      });
    },
  };
}

function tagOf(job: string): string {
  return `${job}.last`;
}
