import { askedOnce } from '../../asked-once.ts';
import { isAbort, UserError } from '../../errors.ts';
import { measuredArtifact } from '../../evidence/measured.ts';
import type { Measured } from '../../fit/measured/measured.ts';
import { isDigest } from '../../oci/digest.ts';
import { printPlatform } from '../../oci/platform.ts';
import { parseReference } from '../../oci/reference.ts';
import { ANNOTATION, type Image, type Repository } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { imagePlans } from '../../plan/images/index-image.ts';
import type { EnvironmentPlan, JobPlan } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';
import { identified } from '../images/image-identity.ts';
import { findMeasured } from './find-measured.ts';
import { measureImage } from './measure-image.ts';

type EnvironmentState = 'new' | 'perhaps new' | 'found';

type MeasuringTools = Pick<Tools, 'registry' | 'builder' | 'host'>;

/** What the files of environments say of GPUs; jobs that share an environment share it. Nothing depends on it. */
export class Measurements {
  readonly #repository: Repository;
  readonly #tools: MeasuringTools;
  readonly #of = askedOnce(
    (environment: Image, plan: EnvironmentPlan, state: EnvironmentState) =>
      this.#measured(environment, plan, state),
    ({ digest }) => digest,
  );

  constructor(repository: Repository, tools: MeasuringTools) {
    this.#repository = repository;
    this.#tools = tools;
  }

  async add(job: JobPlan, image: EnsuredImage): Promise<EnsuredImage> {
    if (job.image.kind === 'given') return image;
    const measured = new Map<string, Measured>();
    for (const { environment } of imagePlans(job.image)) {
      const found = await this.#ofPart(job, image, environment);
      if (found !== undefined) measured.set(printPlatform(environment.build.platform), found);
    }
    return measured.size === 0 ? image : { ...image, measured };
  }

  async #ofPart(job: JobPlan, image: EnsuredImage, plan: EnvironmentPlan): Promise<Measured | undefined> {
    try {
      const environment = await this.#environmentOf(job, image, plan);
      return environment && (await this.#of(environment, plan, this.#state(job, image)));
    } catch (error) {
      if (!(error instanceof UserError) || isAbort(error)) throw error;
      const platform = printPlatform(plan.build.platform);
      this.#tools.host.info(`${job.job.name}: GPU code for ${platform} was not read: ${error.message}`);
      return undefined;
    }
  }

  /** Whether its environment was built a moment ago; of several platforms, nobody tells which of them was. */
  #state({ image: plan }: JobPlan, image: EnsuredImage): EnvironmentState {
    if (!isNew(image)) return 'found';
    return plan.kind === 'index' ? 'perhaps new' : 'new';
  }

  async #environmentOf(
    { image: plan }: JobPlan,
    { image, environment }: EnsuredImage,
    part: EnvironmentPlan,
  ): Promise<Image | undefined> {
    if (plan.kind === 'index') return this.#find(identified(part).tag);
    if (plan.kind === 'environment') return image;
    const reference = environment && parseReference(environment.reference);
    const digest = reference?.digest ?? (image && (await this.#carriedBy(image)));
    return isDigest(digest) ? { ...this.#repository, digest } : undefined;
  }

  #find(tag: string): Promise<Image | undefined> {
    return this.#tools.registry.find({ ...this.#repository, tag });
  }

  /** It was read when the image was found, and costs no request. */
  async #carriedBy(image: Image): Promise<string | undefined> {
    return (await this.#tools.registry.find(image))?.annotations.get(ANNOTATION.environment);
  }

  async #measured(
    environment: Image,
    plan: EnvironmentPlan,
    state: EnvironmentState,
  ): Promise<Measured | undefined> {
    const { registry, host } = this.#tools;
    const kept = state === 'new' ? undefined : await findMeasured(environment, registry);
    if (kept !== undefined || state === 'found') return kept;
    const { platform, buildkit } = plan.build;
    const measured = await host.group('GPU code', () =>
      measureImage({ image: environment, platform, buildkit }, this.#tools),
    );
    if (measured !== undefined) await this.#keep(environment, measured);
    return measured;
  }

  /** What was read holds for this call in any case. */
  async #keep(environment: Image, measured: Measured): Promise<void> {
    const { registry, host } = this.#tools;
    try {
      await registry.pushReferrer(environment, measuredArtifact(measured));
    } catch (error) {
      if (!(error instanceof UserError) || isAbort(error)) throw error;
      host.info(`it is not kept beside ${environment.digest}: ${error.message}`);
    }
  }
}

/** Whether its environment was built a moment ago. */
function isNew({ made, environment }: EnsuredImage): boolean {
  return environment === undefined ? made === 'built' : environment.made === 'built';
}
