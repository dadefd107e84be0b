import { askedOnce } from '../asked-once.ts';
import { UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { LINUX_AMD64, printPlatform, runsOn } from '../oci/platform.ts';
import type { Digest, Platform, Reference } from '../oci/types.ts';
import { partsOf } from '../plan/index-image.ts';
import type { BuildPlan, EnvironmentPlan, JobPlan, PlatformImagePlan } from '../plan/plan.ts';
import type { EnsuredEnvironment, EnsuredImage } from '../result.ts';
import type { Job } from '../spec/job.ts';
import { ENGINE_REPOSITORY, type Tools } from '../tools.ts';
import type { DiskCheck } from './disk-check.ts';
import { given, identified, NOTHING_CHANGED, whyAgain, whyMade } from './image-ids.ts';
import type { ImageMaker } from './image-maker.ts';

interface Made {
  readonly engineId: Digest;
  readonly ensured: EnsuredEnvironment;
  readonly why: string;
}

/** Images kept in the local engine: built into it, found again by tag and label, started by image ID. */
export function engineImages(inputs: Inputs, disk: DiskCheck, { engine, builder, host }: Tools): ImageMaker {
  const ensureEnvironment = askedOnce(makeEnvironment, (plan) => identified(plan).tag);

  async function ensure({ job, image }: JobPlan): Promise<EnsuredImage> {
    if (image.kind === 'given') return given(image);
    return ensurePlatform(await ownPart(job, partsOf(image)));
  }

  /** An engine keeps and runs images of its own machine; those of others would only be built. */
  async function ownPart(job: Job, parts: readonly PlatformImagePlan[]): Promise<PlatformImagePlan> {
    const names = parts.map((part) => printPlatform(part.environment.build.platform));
    const [first] = parts;
    // Engines of other machines emulate this one, and it is what every image is for whose spec names none.
    if (first !== undefined && names.join() === printPlatform(LINUX_AMD64)) return first;
    const machine = await engine.platform();
    const part = parts.find(({ environment }) => runsOn(environment.build.platform, machine));
    if (part === undefined) throw noPlatformHere(machine, names, job);
    if (parts.length > 1)
      host.info(`${job.name}: the local engine gets the image for ${printPlatform(machine)} alone`);
    return part;
  }

  async function ensurePlatform(image: PlatformImagePlan): Promise<EnsuredImage> {
    if (image.kind === 'environment') return environmentOnly(image.environment);
    if (image.kind === 'layer') throw new Error('a layer is only put on images of a registry');

    const { id, tag } = identified(image);
    const found = await engine.find(tag);
    if (found?.id === id && !inputs.rebuild) return local(found.engineId, tag, 'found', NOTHING_CHANGED);

    const environment = await ensureEnvironment(image.environment);
    const from: Reference = { ...ENGINE_REPOSITORY, tag: identified(image.environment).tag };
    const engineId = await build(image.build(from), id, tag);
    const why = whyBuilt(found?.engineId, engineId, environment.ensured);
    return {
      ...local(engineId, tag, 'built', why),
      environment: environment.ensured,
      cache: environment.ensured.made === 'found' ? 'environment' : 'none',
    };
  }

  async function environmentOnly(plan: EnvironmentPlan): Promise<EnsuredImage> {
    const { engineId, ensured, why } = await ensureEnvironment(plan);
    return { ...local(engineId, identified(plan).tag, ensured.made, why), environment: ensured };
  }

  async function makeEnvironment(plan: EnvironmentPlan): Promise<Made> {
    const { id, tag } = identified(plan);
    const found = await engine.find(tag);
    if (found?.id === id && !inputs.rebuild) {
      host.info(`environment ${tag}: found in the local engine`);
      const { engineId } = found;
      return { engineId, ensured: { made: 'found', reference: engineId, tag }, why: NOTHING_CHANGED };
    }
    await disk.check(plan.fetches, plan.build.platform);
    const engineId = await build(plan.build, id, tag);
    host.info(`environment ${tag}: built in the local engine`);
    const ensured = { made: 'built', reference: engineId, tag } as const;
    return { engineId, ensured, why: whyBuilt(found?.engineId, engineId, ensured) };
  }

  function whyBuilt(before: Digest | undefined, now: Digest, environment: EnsuredEnvironment): string {
    if (!inputs.rebuild) return whyMade(environment);
    return whyAgain(before && { digest: before }, { digest: now });
  }

  async function build(plan: BuildPlan, id: Digest, tag: string): Promise<Digest> {
    if (plan.runs) await builder.check([plan], { kind: 'engine' });
    for (let tries = 1; tries < TRIES; tries += 1) {
      const engineId = await buildUnlessTaken(plan, id, tag);
      if (engineId !== undefined) return engineId;
    }
    return await buildOnce(plan, id, tag);
  }

  async function buildOnce(plan: BuildPlan, id: Digest, tag: string): Promise<Digest> {
    const built = await builder.build({ plan, id, to: { kind: 'engine', tag }, noCache: inputs.rebuild });
    if (built.kind !== 'loaded') throw new Error(`the builder loaded nothing for ${tag}`);
    return built.engineId;
  }

  /** undefined when another build was first, and not with this image. */
  async function buildUnlessTaken(plan: BuildPlan, id: Digest, tag: string): Promise<Digest | undefined> {
    try {
      return await buildOnce(plan, id, tag);
    } catch (error) {
      if (!isTaken(error)) throw error;
      host.info(`${tag}: another build put it into the local engine at the same time`);
      const found = await engine.find(tag);
      return found?.id === id ? found.engineId : undefined;
    }
  }

  return { ensure, findings: [] };
}

/** Builds that put the same image into an engine at once: BuildKit looks for its name, and then makes it. */
function isTaken(error: unknown): boolean {
  return error instanceof UserError && error.findings.some(({ code }) => code === 'build-exists');
}

const TRIES = 3;

function local(engineId: Digest, tag: string, made: 'found' | 'built', why: string): EnsuredImage {
  return { made, reference: engineId, engineId, tag, cache: made === 'found' ? 'image' : 'none', why };
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
