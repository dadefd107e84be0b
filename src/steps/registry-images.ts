import { type Finding, UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { sha256 } from '../oci/digest.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest, Image, Repository } from '../oci/types.ts';
import type { BuildPlan, EnvironmentPlan, ImagePlan, JobPlan, Plan } from '../plan/plan.ts';
import type { EnsuredEnvironment, EnsuredImage } from '../result.ts';
import type { Tools } from '../tools.ts';
import { earlierImages } from './earlier-image.ts';
import { everyAnswer } from './every-answer.ts';
import { given, identified, identifiedImage, NOTHING_CHANGED, whyMade } from './image-ids.ts';
import type { ImageMaker } from './image-maker.ts';
import { refuseReadOnly } from './push-right.ts';
import { putLayer } from './put-layer.ts';

type Found = Awaited<ReturnType<Tools['registry']['find']>>;
type LayerPlan = Extract<ImagePlan, { kind: 'layer' }>;
type StepsPlan = Extract<ImagePlan, { kind: 'build' }>;

export interface RegistryImages extends ImageMaker {
  /** Whether nothing has to be made, so that no right to push is needed. */
  allFound(plan: Plan): Promise<boolean>;
}

/** Images kept in a registry: the job's image is asked for first, so that on a hit nobody asks about the environment. */
export function registryImages(repository: Repository, inputs: Inputs, tools: Tools): RegistryImages {
  const { registry, builder, source, host } = tools;
  const findings: Finding[] = [];
  const finds = new Map<string, Promise<Found>>();
  const environments = new Map<string, Promise<EnvironmentMade>>();
  const earlier = earlierImages(repository, tools);
  let pushRight: Promise<void> | undefined;

  /** Asked once per tag; a hit is the id that is asked for, and nothing else. */
  async function find(tag: string): Promise<Found> {
    const asked = finds.get(tag) ?? registry.find({ ...repository, tag });
    finds.set(tag, asked);
    return asked;
  }

  async function ensure({ job, image }: JobPlan): Promise<EnsuredImage> {
    if (image.kind === 'given') return given(image);
    if (image.kind === 'environment') return environmentOnly(job.name, image.environment);

    const { id, tag } = identified(image);
    const found = await find(tag);
    if (found?.id === id && !inputs.rebuild) return hit(found, tag);

    const made = await makeImage(job.name, image, found);
    host.info(`${job.name}: ${made.reference}`);
    return made;
  }

  async function makeImage(job: string, plan: LayerPlan | StepsPlan, found: Found): Promise<EnsuredImage> {
    const making = ensureEnvironment(job, plan.environment);
    const own = await (plan.kind === 'layer' ? append(plan, making, found) : build(job, plan, making, found));
    const environment = await making;
    const { ensured } = environment;
    if (own.made === 'built' || ensured.made === 'built') await earlier.remember(job, own.image);
    return {
      made: own.made,
      ...referenceOf(own.image, identified(plan).tag),
      environment: ensured,
      cache: ensured.made === 'found' ? 'environment' : 'none',
      why: inputs.rebuild
        ? `rebuild asked for${replaced(found, own.image)}`
        : (environment.why ?? own.why ?? whyMade(ensured)),
    };
  }

  async function environmentOnly(job: string, plan: EnvironmentPlan): Promise<EnsuredImage> {
    const { ensured, image, why } = await ensureEnvironment(job, plan);
    const found = ensured.made === 'found';
    if (!found) await earlier.remember(job, image);
    return {
      made: ensured.made,
      ...referenceOf(image, identified(plan).tag),
      environment: ensured,
      cache: found ? 'image' : 'none',
      why: found ? NOTHING_CHANGED : (why ?? whyMade(ensured)),
    };
  }

  function ensureEnvironment(job: string, plan: EnvironmentPlan): Promise<EnvironmentMade> {
    const { tag } = identified(plan);
    const making = environments.get(tag) ?? makeEnvironment(job, plan);
    environments.set(tag, making);
    return making;
  }

  async function makeEnvironment(job: string, plan: EnvironmentPlan): Promise<EnvironmentMade> {
    const { id, tag } = identified(plan);
    const found = await find(tag);
    if (found?.id === id && !inputs.rebuild) {
      host.info(`environment ${tag}: found`);
      return { image: found, ensured: { made: 'found', reference: printReference(found), tag } };
    }

    const why = inputs.rebuild ? undefined : await earlier.whyEnvironment(job, plan);
    if (why !== undefined) host.info(`environment ${tag}: ${why}`);
    const image = await buildAndTag(plan.build, id, tag, found);
    host.info(`environment ${tag}: built as ${image.digest}${inputs.rebuild ? replaced(found, image) : ''}`);
    return { image, why, ensured: { made: 'built', reference: printReference(image), tag } };
  }

  /** Asked once, and before a build: nobody waits for an image that cannot be kept. */
  function mayPush(): Promise<void> {
    pushRight ??= refuseReadOnly(repository, registry);
    return pushRight;
  }

  /** The builder pushes under a throw-away tag; what it pushed is read back by digest before the real tag is written. */
  async function buildAndTag(plan: BuildPlan, id: Digest, tag: string, found: Found): Promise<Image> {
    await mayPush();
    const temporary = `${tag}.tmp`;
    const built = await builder.build({
      plan,
      id,
      to: { kind: 'registry', repository, tag: temporary },
      noCache: inputs.rebuild,
    });
    if (built.kind !== 'pushed') throw new Error(`the builder pushed nothing for ${tag}`);
    const { digest } = built;
    const pushed = await registry.find({ ...repository, digest });
    if (pushed?.id !== id) {
      throw new UserError(`the image that the builder pushed as ${digest} is not what was built`, {
        kind: 'unavailable',
        code: 'push-not-verified',
        hint: 'the registry lost or changed it: try again, and check the registry when it happens twice',
      });
    }
    return accepted(await registry.retag(pushed, tag, found?.digest), pushed.digest, tag);
  }

  async function append(plan: LayerPlan, making: Promise<EnvironmentMade>, found: Found): Promise<Made> {
    const { id, tag } = identified(plan);
    const pulling = making.then(({ image }) => registry.pull(image));
    // Packed while the environment is asked for or built: neither needs the other.
    const packing = source.pack(plan.layer);
    await everyAnswer<unknown>([pulling, packing]);
    const [parent, layer] = await Promise.all([pulling, packing]);
    const image = putLayer(parent, layer, plan, id);
    const pushed = await registry.push(repository, image, tag, found?.digest);
    return { made: 'pushed', image: accepted(pushed, sha256(image.manifest), tag) };
  }

  async function build(
    job: string,
    plan: StepsPlan,
    making: Promise<EnvironmentMade>,
    found: Found,
  ): Promise<Made> {
    const { id, tag } = identified(plan);
    const { image, ensured } = await making;
    const known = ensured.made === 'found' && !inputs.rebuild;
    const why = known ? await earlier.whyImage(job, plan) : undefined;
    if (why !== undefined) host.info(`${job}: ${why}`);
    return { made: 'built', image: await buildAndTag(plan.build(image), id, tag, found), why };
  }

  /** Somebody else's image that came first under our tag is used, and said. */
  function accepted(
    { image, other }: { image: Image; other?: Digest | undefined },
    ours: Digest,
    tag: string,
  ): Image {
    if (other !== undefined) findings.push(notReproducible(tag, ours, other));
    return image;
  }

  async function allFound(plan: Plan): Promise<boolean> {
    if (inputs.rebuild) return false;
    const wanted = plan.jobs.flatMap(({ image }) => (image.kind === 'given' ? [] : [identifiedImage(image)]));
    const found = await Promise.all(wanted.map(async ({ id, tag }) => (await find(tag))?.id === id));
    return found.every(Boolean);
  }

  return { ensure, allFound, findings };
}

interface Made {
  readonly made: 'pushed' | 'built';
  readonly image: Image;
  /** Why it was built, where that can be said. */
  readonly why?: string | undefined;
}

interface EnvironmentMade extends Omit<Made, 'made'> {
  readonly ensured: EnsuredEnvironment;
}

function hit(image: Image, tag: string): EnsuredImage {
  return { made: 'found', ...referenceOf(image, tag), cache: 'image', why: NOTHING_CHANGED };
}

function referenceOf(image: Image, tag: string): Pick<EnsuredImage, 'reference' | 'image' | 'tag'> {
  const { registry, path, digest } = image;
  return { reference: printReference({ registry, path, digest }), image, tag };
}

function replaced(found: Found, image: Image): string {
  if (found === undefined) return '';
  return found.digest === image.digest
    ? ': the digest is the same'
    : `: ${found.digest} is now ${image.digest}`;
}

function notReproducible(tag: string, ours: Digest, other: Digest): Finding {
  return {
    level: 'warning',
    code: 'not-reproducible',
    message: `the tag ${tag} was taken meanwhile by ${other}, where this build gave ${ours}; the image that was first is used`,
    hint: 'something in the build is not pinned: packages without versions, downloads, or the time of day',
  };
}
