import type { Inputs } from '../inputs.ts';
import { printReference } from '../oci/reference.ts';
import type { Image } from '../oci/types.ts';
import { identityOf, partsOf } from '../plan/index-image.ts';
import type { ImagePlan, IndexPlan, JobPlan, Plan, PlatformImagePlan } from '../plan/plan.ts';
import type { EnsuredEnvironment, EnsuredImage } from '../result.ts';
import type { Tools } from '../tools.ts';
import { allOrErrors } from './all-or-errors.ts';
import type { DiskCheck } from './disk-check.ts';
import { earlierImages } from './earlier-image.ts';
import { given, identified, identifiedImage, NOTHING_CHANGED, whyAgain, whyMade } from './image-ids.ts';
import type { ImageMaker } from './image-maker.ts';
import { indexImages } from './index-images.ts';
import { type Made, platformImages, type Reasons } from './platform-images.ts';
import { isWithoutRights } from './push-right.ts';
import { type Place, registryStore } from './registry-store.ts';

export interface RegistryImages extends ImageMaker {
  /** Whether nothing has to be made, so that no right to push is needed. */
  allFound(plan: Plan): Promise<boolean>;
}

type BuiltPlan = PlatformImagePlan | IndexPlan;

/** Images kept in a registry: the job's image is asked for first, so that on a hit nobody asks about the environment. */
export function registryImages(place: Place, inputs: Inputs, disk: DiskCheck, tools: Tools): RegistryImages {
  const { builder, host } = tools;
  const { repository } = place;
  const store = registryStore(place, inputs, tools);
  const platforms = platformImages(store, inputs, disk, tools);
  const indexes = indexImages(store, platforms, tools);
  const earlier = earlierImages(repository, tools);

  async function ensure({ job, image }: JobPlan): Promise<EnsuredImage> {
    if (image.kind === 'given') return given(image);
    if (partsOf(image).every(({ kind }) => kind === 'environment')) return environmentOnly(job.name, image);

    const { tag } = identifiedImage(image);
    const there = await store.hit(identityOf(image));
    const made = there === undefined ? await makeImage(job.name, image) : hit(there, tag);
    host.info(`${job.name}: ${made.reference}${there === undefined ? '' : ` (${made.why})`}`);
    return made;
  }

  async function makeImage(job: string, plan: BuiltPlan): Promise<EnsuredImage> {
    const { tag } = identifiedImage(plan);
    const found = await store.find(tag);
    await assertBuildable(plan);
    const making = makeEnvironment(job, plan);
    const own = await makeOwn(job, plan, making);
    const environment = await making;
    if (own.made === 'built' || environment.made === 'built') await earlier.remember(job, own.image);
    const ensured = ensuredEnvironment(environment, plan);
    return {
      made: own.made,
      ...referenceOf(own.image, tag),
      environment: ensured,
      cache: ensured.made === 'found' ? 'environment' : 'none',
      why: inputs.rebuild ? whyAgain(found, own.image) : (environment.why ?? own.why ?? whyMade(ensured)),
    };
  }

  async function environmentOnly(job: string, plan: BuiltPlan): Promise<EnsuredImage> {
    await assertBuildable(plan);
    const { tag } = identifiedImage(plan);
    const before = await store.find(tag);
    const environment = await makeEnvironment(job, plan);
    const ensured = ensuredEnvironment(environment, plan);
    const found = ensured.made === 'found';
    if (!found) await earlier.remember(job, environment.image);
    const whyBuilt = inputs.rebuild
      ? whyAgain(before, environment.image)
      : (environment.why ?? whyMade(ensured));
    return {
      made: ensured.made,
      ...referenceOf(environment.image, tag),
      environment: ensured,
      cache: found ? 'image' : 'none',
      why: found ? NOTHING_CHANGED : whyBuilt,
    };
  }

  function makeEnvironment(job: string, plan: BuiltPlan): Promise<Made> {
    return plan.kind === 'index'
      ? indexes.environment(plan, reasonsOf(job))
      : platforms.environment(plan.environment, reasonsOf(job));
  }

  async function makeOwn(job: string, plan: BuiltPlan, making: Promise<Made>): Promise<Made> {
    if (plan.kind === 'index') return indexes.make(plan, making);
    return plan.kind === 'environment' ? making : platforms.make(plan, making, reasonsOf(job));
  }

  function reasonsOf(job: string): Reasons {
    const unlessAsked = async (why: () => Promise<string | undefined>): Promise<string | undefined> =>
      inputs.rebuild ? undefined : why();
    return {
      environment: (plan) => unlessAsked(() => earlier.whyEnvironment(job, plan)),
      image: (plan) => unlessAsked(() => earlier.whyImage(job, plan)),
    };
  }

  /** Before anything is built: one platform that cannot be is no reason to wait for the others. */
  async function assertBuildable(plan: BuiltPlan): Promise<void> {
    if ((await store.hit(identityOf(plan))) !== undefined) return;
    const parts = await allOrErrors(
      partsOf(plan).map(async (part) => ((await isRunning(part)) ? [part.environment.build] : [])),
    );
    if (parts.flat().length > 0) await builder.check(parts.flat(), { kind: 'registry', repository });
  }

  /** Whether programs of the platform run to make the image. */
  async function isRunning(part: PlatformImagePlan): Promise<boolean> {
    if ((await store.hit(identityOf(part))) !== undefined) return false;
    if (part.kind === 'build') return true;
    return part.environment.build.runs && (await store.hit(part.environment)) === undefined;
  }

  async function allFound(plan: Plan): Promise<boolean> {
    if (inputs.rebuild) return false;
    const built = plan.jobs.flatMap(({ image }) => (isBuilt(image) ? [identityOf(image)] : []));
    try {
      const hits = await Promise.all(built.map((identity) => store.hit(identity)));
      return hits.every((image) => image !== undefined);
    } catch (error) {
      // What may neither be read nor made is not found.
      if (isWithoutRights(error)) return false;
      throw error;
    }
  }

  return { ensure, allFound, findings: store.findings };
}

function isBuilt(image: ImagePlan): image is BuiltPlan {
  return image.kind !== 'given';
}

function ensuredEnvironment({ made, image }: Made, plan: BuiltPlan): EnsuredEnvironment {
  const { tag } = identified(plan.environment);
  return { made: made === 'found' ? 'found' : 'built', reference: printReference(image), tag };
}

function hit(image: Image, tag: string): EnsuredImage {
  return { made: 'found', ...referenceOf(image, tag), cache: 'image', why: NOTHING_CHANGED };
}

function referenceOf(image: Image, tag: string): Pick<EnsuredImage, 'reference' | 'image' | 'tag'> {
  const { registry, path, digest } = image;
  return { reference: printReference({ registry, path, digest }), image, tag };
}
