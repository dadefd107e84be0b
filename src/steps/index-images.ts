import { askedOnce } from '../asked-once.ts';
import { makeIndex } from '../oci/image-index.ts';
import { ANNOTATION, type Image, type Platform } from '../oci/types.ts';
import type { Identity, IndexPlan, PlatformImagePlan } from '../plan/plan.ts';
import type { Tools } from '../tools.ts';
import { allOrErrors } from './all-or-errors.ts';
import { identified } from './image-ids.ts';
import type { Made, PlatformImages, Reasons } from './platform-images.ts';
import type { RegistryStore } from './registry-store.ts';

/** Indexes over images of several platforms, each of which is found or made by itself. */
export interface IndexImages {
  environment(plan: IndexPlan, reasons: Reasons): Promise<Made>;
  /** The index of the images with the code, on that of their environments. */
  make(plan: IndexPlan, environment: Promise<Made>): Promise<Made>;
}

/** What is built is explained once, for the index. */
const UNSAID: Reasons = { environment: async () => undefined, image: async () => undefined };

export function indexImages(
  store: RegistryStore,
  platforms: PlatformImages,
  { registry, host }: Tools,
): IndexImages {
  const environment = askedOnce(makeEnvironment, (plan) => identified(plan.environment).tag);

  async function makeEnvironment(plan: IndexPlan, reasons: Reasons): Promise<Made> {
    const { tag } = identified(plan.environment);
    const there = await store.hit(plan.environment);
    if (there !== undefined) {
      host.info(`environment ${tag}: found`);
      return { made: 'found', image: there };
    }
    const hits = await allOrErrors(plan.parts.map(({ image }) => store.hit(image.environment)));
    const isThere = hits.every((hit) => hit !== undefined);
    const why = isThere ? undefined : await reasons.environment(plan.environment);
    if (why !== undefined) host.info(`environment ${tag}: ${why}`);
    const parts = await eachPart(plan, (image) => platforms.environment(image.environment, UNSAID));
    const image = await putIndex(parts, plan.environment, new Map());
    host.info(`environment ${tag}: an index as ${image.digest}`);
    return { made: isThere ? 'found' : 'built', image, why };
  }

  async function make(plan: IndexPlan, making: Promise<Made>): Promise<Made> {
    const working = eachPart(plan, makePart);
    // Where the environments fail, so do the images on them, for the same reason.
    working.catch(() => undefined);
    const environment = await making;
    const parts = await working;
    const image = await putIndex(parts, plan, new Map([[ANNOTATION.environment, environment.image.digest]]));
    return { made: parts.some(({ made }) => made === 'built') ? 'built' : 'pushed', image };
  }

  async function makePart(plan: PlatformImagePlan): Promise<Made> {
    if (plan.kind === 'environment') return platforms.environment(plan.environment, UNSAID);
    const there = await store.hit(plan);
    if (there !== undefined) return { made: 'found', image: there };
    return platforms.make(plan, platforms.environment(plan.environment, UNSAID), UNSAID);
  }

  async function putIndex(
    parts: readonly Part[],
    identity: Identity,
    annotations: ReadonlyMap<string, string>,
  ): Promise<Image> {
    const { id, tag } = identified(identity);
    const entries = await Promise.all(
      parts.map(async ({ platform, image }) => ({ ...(await registry.descriptorOf(image)), platform })),
    );
    const own = new Map([...annotations, [ANNOTATION.id, id], [ANNOTATION.inputs, identity.carried]]);
    return store.push(makeIndex(entries, own), tag);
  }

  return { environment, make };
}

interface Part extends Made {
  readonly platform: Platform;
}

/** All at the same time. */
function eachPart(
  { parts }: IndexPlan,
  work: (image: PlatformImagePlan) => Promise<Made>,
): Promise<readonly Part[]> {
  return allOrErrors(parts.map(async ({ platform, image }) => ({ platform, ...(await work(image)) })));
}
