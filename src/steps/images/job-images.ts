import { allOrErrors } from '../../all-or-errors.ts';
import { UserError } from '../../errors.ts';
import { printReference } from '../../oci/reference.ts';
import type { Image } from '../../oci/types.ts';
import type { EnsuredEnvironment, EnsuredImage } from '../../plan/ensured-image.ts';
import { identityOf, imagePlans } from '../../plan/images/index-image.ts';
import { lastName } from '../../plan/images/last-name.ts';
import type { ImagePlan, JobPlan, PlatformImagePlan } from '../../plan/plan.ts';
import { type BuildReasons, NO_REASONS, reasonsOf } from './earlier-images.ts';
import { type EnsureContext, findHit, type MadeImage } from './ensure-context.ts';
import { identified } from './image-identity.ts';
import { NOTHING_CHANGED, reportImage, whyAgain, whyMade } from './image-report.ts';
import type { BuiltImagePlan } from './image-store.ts';
import { IndexImages } from './index-images.ts';
import { PlatformImages } from './platform-images.ts';

/** The images of jobs, found or made; jobs that share an environment share its making. */
export class JobImages {
  readonly #context: EnsureContext;
  readonly #platforms: PlatformImages;
  readonly #indexes: IndexImages;

  constructor(context: EnsureContext) {
    this.#context = context;
    this.#platforms = new PlatformImages(context);
    this.#indexes = new IndexImages(context, this.#platforms);
  }

  async ensure({ job, image }: JobPlan): Promise<EnsuredImage> {
    if (image.kind === 'given') return referencedImage(image);
    const plan = await this.#context.store.select(job, image);
    if (!holdsCode(plan)) return this.#make(lastName(job), plan);
    // Asked for first, so that on a hit nobody asks about the environment.
    const ensured = (await this.#found(plan)) ?? (await this.#make(lastName(job), plan));
    reportImage(job.name, ensured, this.#context);
    return ensured;
  }

  async #found(plan: BuiltImagePlan): Promise<EnsuredImage | undefined> {
    const hit = await findHit(identityOf(plan), this.#context);
    if (hit === undefined) return undefined;
    const { tag } = identified(identityOf(plan));
    const name = this.#context.store.nameOf(hit);
    return { made: 'found', ...name, tag, cache: 'image', why: NOTHING_CHANGED };
  }

  /** The environment, then the image with the code on it. */
  async #make(job: string, plan: BuiltImagePlan): Promise<EnsuredImage> {
    const { store, earlier } = this.#context;
    await this.#assertBuildable(plan);
    const making = this.#environment(job, plan);
    const own = await this.#own(job, plan, making);
    const environment = await making;
    if ([own, environment].some(({ made }) => made === 'built')) await earlier.remember(job, own.image);
    return {
      made: own.made,
      ...store.nameOf(own.image),
      tag: identified(identityOf(plan)).tag,
      environment: this.#ensuredEnvironment(environment, plan),
      cache: cacheOf(own, environment),
      why: await this.#why(plan, own, environment),
    };
  }

  #environment(job: string, plan: BuiltImagePlan): Promise<MadeImage> {
    const reasons = this.#reasons(job);
    return plan.kind === 'index'
      ? this.#indexes.environment(plan, reasons)
      : this.#platforms.environment(plan.environment, reasons);
  }

  async #own(job: string, plan: BuiltImagePlan, environment: Promise<MadeImage>): Promise<MadeImage> {
    if (plan.kind === 'environment' || !holdsCode(plan)) return environment;
    return plan.kind === 'index'
      ? this.#indexes.make(plan, environment)
      : this.#platforms.make(plan, environment, this.#reasons(job));
  }

  /** A rebuild that was asked for needs no other reason. */
  #reasons(job: string): BuildReasons {
    const { rebuild, earlier } = this.#context;
    return rebuild ? NO_REASONS : reasonsOf(job, earlier);
  }

  async #why(plan: BuiltImagePlan, own: MadeImage, environment: MadeImage): Promise<string> {
    const { rebuild, store } = this.#context;
    if (own.made === 'found') return NOTHING_CHANGED;
    if (rebuild) return whyAgain(await store.find(identified(identityOf(plan)).tag), own.image);
    return environment.why ?? own.why ?? whyMade(environment);
  }

  #ensuredEnvironment({ made, image }: MadeImage, plan: BuiltImagePlan): EnsuredEnvironment {
    const { reference } = this.#context.store.nameOf(image);
    return { made: made === 'found' ? 'found' : 'built', reference, tag: identified(plan.environment).tag };
  }

  /** Before anything is built: one platform that cannot be is no reason to wait for the others. */
  async #assertBuildable(plan: BuiltImagePlan): Promise<void> {
    const { store, tools } = this.#context;
    if ((await findHit(identityOf(plan), this.#context)) !== undefined) return;
    const plans = await allOrErrors(
      imagePlans(plan).map(async (part) => ((await this.#isRunning(part)) ? [part.environment.build] : [])),
    );
    if (plans.flat().length > 0) await tools.builder.check(plans.flat(), store.target);
  }

  /** Whether programs of the platform run to make the image. */
  async #isRunning(part: PlatformImagePlan): Promise<boolean> {
    if ((await findHit(identityOf(part), this.#context)) !== undefined) return false;
    if (part.kind === 'build') return true;
    return part.environment.build.runs && (await findHit(part.environment, this.#context)) === undefined;
  }
}

function holdsCode(plan: BuiltImagePlan): boolean {
  return imagePlans(plan).some(({ kind }) => kind !== 'environment');
}

/** What was there already. */
function cacheOf(own: MadeImage, environment: MadeImage): EnsuredImage['cache'] {
  if (own.made === 'found') return 'image';
  return environment.made === 'found' ? 'environment' : 'none';
}

/** An image of somebody else, which is used as it is. */
function referencedImage({ reference, digest }: Extract<ImagePlan, { kind: 'given' }>): EnsuredImage {
  if (digest === undefined)
    throw new UserError(`the digest of ${printReference(reference)} is not known`, {
      hint: 'run without --offline',
      kind: 'usage',
    });
  const image: Image = { registry: reference.registry, path: reference.path, digest };
  return {
    made: 'given',
    reference: printReference(image),
    image,
    cache: 'image',
    why: 'the image is used as it is',
  };
}
