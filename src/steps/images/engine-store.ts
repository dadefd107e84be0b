import { askedOnce } from '../../asked-once.ts';
import { type Finding, UserError } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { LINUX_AMD64, printPlatform, runsOn } from '../../oci/platform.ts';
import type { Image, Platform, Reference } from '../../oci/types.ts';
import { imagePlans } from '../../plan/images/index-image.ts';
import type { BuildPlan, PlatformImagePlan } from '../../plan/plan.ts';
import { ENGINE_REPOSITORY } from '../../tools/engine.ts';
import type { Tools } from '../../tools/tools.ts';
import type { KnownIdentity } from './image-identity.ts';
import type { BuiltImagePlan, ImageName, ImageStore } from './image-store.ts';

export interface EngineStoreOptions {
  /** Whether the builder's own cache is of no use. */
  readonly noCache: boolean;
}

type EngineTools = Pick<Tools, 'engine' | 'builder' | 'host'>;

/** Images of the local engine: built into it, found by tag and label, started by image ID. */
export class EngineStore implements ImageStore {
  readonly target = { kind: 'engine' } as const;
  readonly findings: readonly Finding[] = [];
  readonly find = askedOnce((tag: string) => this.#look(tag));
  readonly #noCache: boolean;
  readonly #tools: EngineTools;

  constructor({ noCache }: EngineStoreOptions, tools: EngineTools) {
    this.#noCache = noCache;
    this.#tools = tools;
  }

  /** An engine keeps and runs images of its own machine; those of others would only be built. */
  async select(job: Job, plan: BuiltImagePlan): Promise<PlatformImagePlan> {
    const images = imagePlans(plan);
    const names = images.map((image) => printPlatform(image.environment.build.platform));
    const [first] = images;
    // Engines of other machines emulate this one, and it is what every image is for whose spec names none.
    if (first !== undefined && names.join() === printPlatform(LINUX_AMD64)) return first;
    const machine = await this.#tools.engine.platform();
    const image = images.find(({ environment }) => runsOn(environment.build.platform, machine));
    if (image === undefined) throw noPlatformHere(machine, names, job);
    if (images.length > 1)
      this.#tools.host.info(
        `${job.name}: the local engine gets the image for ${printPlatform(machine)} alone`,
      );
    return image;
  }

  async build(plan: BuildPlan, to: KnownIdentity): Promise<Image> {
    for (let tries = 1; tries < TRIES; tries += 1) {
      const image = await this.#buildUnlessTaken(plan, to);
      if (image !== undefined) return image;
    }
    return await this.#buildOnce(plan, to);
  }

  put(): Promise<never> {
    return Promise.reject(builtOnly());
  }

  parent(): Promise<never> {
    return Promise.reject(builtOnly());
  }

  parentToPut(): Promise<never> {
    return Promise.reject(builtOnly());
  }

  descriptorOf(): Promise<never> {
    return Promise.reject(builtOnly());
  }

  /** A builder finds nothing by the engine's own IDs. */
  baseReference(_: Image, tag: string): Reference {
    return { ...ENGINE_REPOSITORY, tag };
  }

  nameOf({ digest }: Image): ImageName {
    return { reference: digest, engineId: digest };
  }

  async #look(tag: string): Promise<Image | undefined> {
    const found = await this.#tools.engine.find(tag);
    return found && { ...ENGINE_REPOSITORY, digest: found.engineId, id: found.id };
  }

  /** undefined when another build was first, and not with this image. */
  async #buildUnlessTaken(plan: BuildPlan, to: KnownIdentity): Promise<Image | undefined> {
    try {
      return await this.#buildOnce(plan, to);
    } catch (error) {
      if (!isTaken(error)) throw error;
      this.#tools.host.info(`${to.tag}: another build put it into the local engine at the same time`);
      const found = await this.#look(to.tag);
      return found?.id === to.id ? found : undefined;
    }
  }

  async #buildOnce(plan: BuildPlan, { id, tag }: KnownIdentity): Promise<Image> {
    const to = { ...this.target, tag };
    const built = await this.#tools.builder.build({ plan, id, to, noCache: this.#noCache });
    if (built.kind !== 'loaded') throw new Error(`the builder loaded nothing for ${tag}`);
    return { ...ENGINE_REPOSITORY, digest: built.engineId, id };
  }
}

const TRIES = 3;

/** Builds that put the same image into an engine at once: BuildKit looks for its name, and then makes it. */
function isTaken(error: unknown): boolean {
  return error instanceof UserError && error.findings.some(({ code }) => code === 'build-exists');
}

/** A plan for the local engine has neither layers nor indexes. */
function builtOnly(): Error {
  return new Error('an image without a builder is only put into a registry');
}

function noPlatformHere(machine: Platform, names: readonly string[], job: Job): UserError {
  return new UserError(
    `the local engine is ${printPlatform(machine)}, and the image is for ${names.join(', ')}`,
    {
      code: 'platform-missing',
      hint: `add ${printPlatform(machine)} to "platforms", or name a registry that keeps images of any platform`,
      location: job.origins.get('image.platforms'),
    },
  );
}
