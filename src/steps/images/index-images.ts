import { allOrErrors } from '../../all-or-errors.ts';
import { askedOnce } from '../../asked-once.ts';
import type { IndexPlan, PlatformImagePlan } from '../../plan/plan.ts';
import { type BuildReasons, NO_REASONS } from './earlier-images.ts';
import { type EnsureContext, findHit, type MadeImage } from './ensure-context.ts';
import { type IndexedImage, type IndexOptions, indexContent, indexImage } from './image-bytes.ts';
import { identified } from './image-identity.ts';
import { reportFound } from './image-report.ts';
import type { PlatformImages } from './platform-images.ts';

/** Indexes over images of several platforms, each of which is found or made by itself. */
export class IndexImages {
  /** Jobs that share an index of environments share its making. */
  readonly environment = askedOnce(
    (plan: IndexPlan, reasons: BuildReasons) => this.#environment(plan, reasons),
    (plan) => identified(plan.environment).tag,
  );
  readonly #context: EnsureContext;
  readonly #platforms: PlatformImages;

  constructor(context: EnsureContext, platforms: PlatformImages) {
    this.#context = context;
    this.#platforms = platforms;
  }

  async #environment(plan: IndexPlan, reasons: BuildReasons): Promise<MadeImage> {
    const { host } = this.#context.tools;
    const { tag } = identified(plan.environment);
    const hit = await findHit(plan.environment, this.#context);
    if (hit !== undefined) {
      reportFound(tag, this.#context);
      return { made: 'found', image: hit };
    }
    const hits = await allOrErrors(
      plan.platforms.map(({ image }) => findHit(image.environment, this.#context)),
    );
    const isThere = hits.every((one) => one !== undefined);
    const why = isThere ? undefined : await reasons.environment(plan.environment);
    if (why !== undefined) host.info(`environment ${tag}: ${why}`);
    const images = await eachPlatform(plan, (image) => this.#platformEnvironment(image));
    const image = await this.#put(images, { identity: plan.environment, environment: undefined });
    host.info(`environment ${tag}: an index as ${image.digest}`);
    return { made: isThere ? 'found' : 'built', image, why };
  }

  /** The index of the images with the code, on that of their environments. */
  async make(plan: IndexPlan, making: Promise<MadeImage>): Promise<MadeImage> {
    const working = eachPlatform(plan, (image) => this.#platformImage(image));
    // Where the environments fail, so do the images on them, for the same reason.
    working.catch(() => undefined);
    const environment = await making;
    const images = await working;
    const image = await this.#put(images, { identity: plan, environment: environment.image.digest });
    return { made: images.some(({ made }) => made === 'built') ? 'built' : 'pushed', image };
  }

  async #platformImage(plan: PlatformImagePlan): Promise<MadeImage> {
    if (plan.kind === 'environment') return this.#platformEnvironment(plan);
    const hit = await findHit(plan, this.#context);
    if (hit !== undefined) return { made: 'found', image: hit };
    return this.#platforms.make(plan, this.#platformEnvironment(plan), NO_REASONS);
  }

  /** Why it is built is said once, for the index. */
  #platformEnvironment({ environment }: PlatformImagePlan): Promise<MadeImage> {
    return this.#platforms.environment(environment, NO_REASONS);
  }

  async #put(images: readonly IndexedImage[], options: IndexOptions): Promise<MadeImage['image']> {
    const { store } = this.#context;
    const content = await indexContent(images, options, store);
    return store.put(indexImage(content), identified(options.identity).tag);
  }
}

/** All at the same time. */
function eachPlatform(
  { platforms }: IndexPlan,
  work: (image: PlatformImagePlan) => Promise<MadeImage>,
): Promise<readonly (MadeImage & IndexedImage)[]> {
  return allOrErrors(platforms.map(async ({ platform, image }) => ({ platform, ...(await work(image)) })));
}
