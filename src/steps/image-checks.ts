import { askedOnce } from '../asked-once.ts';
import { UserError } from '../errors.ts';
import { isDigest } from '../oci/digest.ts';
import { printReference } from '../oci/reference.ts';
import { ANNOTATION, type Digest, type Image, type Repository } from '../oci/types.ts';
import type {
  BuildPlan,
  EnvironmentPlan,
  Identity,
  LayerPlan,
  PlatformImagePlan,
  StepsPlan,
} from '../plan/plan.ts';
import type { Tools } from '../tools.ts';
import type { VerifiedImage } from '../verify/verified.ts';
import { compareSides, madeSide, nameOf, type Side, storedSide } from './compare-sides.ts';
import { earlierImages } from './earlier-image.ts';
import { identified } from './image-ids.ts';
import { pushRight } from './push-right.ts';
import { putLayer } from './put-layer.ts';

export type Stored = NonNullable<Awaited<ReturnType<Tools['registry']['find']>>>;

/** Checks of images for one platform, and what those of an index are made of. */
export interface ImageChecks {
  /** What was published; an error says why there is nothing. */
  find(identity: Identity, job: string, environment: Identity): Promise<Stored>;
  /** The environment that an image says it stands on; else what is under the tag. */
  environmentOf(plan: Identity, job: string, annotations: Stored['annotations']): Promise<Stored>;
  /** The environment, then the image on it; `platform` where it is one of several. */
  check(
    plan: PlatformImagePlan,
    there: Stored,
    job: string,
    platform?: string,
  ): Promise<readonly VerifiedImage[]>;
}

export function imageChecks(published: Repository, into: Repository, tools: Tools): ImageChecks {
  const { registry, builder, source, host } = tools;
  const checkEnvironment = askedOnce(
    async (plan: EnvironmentPlan, there: Image, platform: string | undefined) => {
      const { id, tag } = identified(plan);
      return compareWith({ tag, platform }, there, await rebuild(plan.build, id, tag));
    },
    (plan) => identified(plan).tag,
  );
  const earlier = earlierImages(published, tools);
  const right = pushRight(into, registry);

  async function check(
    image: PlatformImagePlan,
    there: Stored,
    job: string,
    platform?: string,
  ): Promise<readonly VerifiedImage[]> {
    if (image.kind === 'environment') return [await checkEnvironment(image.environment, there, platform)];

    const environment = await environmentOf(image.environment, job, there.annotations);
    const first = await checkEnvironment(image.environment, environment, platform);
    return [first, await checkOwn(image, there, environment, platform)];
  }

  /** Made again on the environment that is published, so that each of both has its own verdict. */
  async function checkOwn(
    plan: LayerPlan | StepsPlan,
    there: Image,
    environment: Image,
    platform: string | undefined,
  ): Promise<VerifiedImage> {
    const { id, tag } = identified(plan);
    const parent = await registry.pull(environment);
    const made =
      plan.kind === 'layer'
        ? await madeSide(putLayer(parent, await source.pack(plan.layer), plan, id), parent, registry)
        : await rebuild(plan.build(environment), id, tag);
    return compareWith({ tag, platform }, there, made);
  }

  async function compareWith(
    name: { readonly tag: string; readonly platform: string | undefined },
    there: Image,
    rebuilt: Side,
  ): Promise<VerifiedImage> {
    const sides = { ...name, published: await storedSide(there, registry), rebuilt };
    const verified = await compareSides(sides, tools);
    if (verified.verdict === 'same') {
      host.info(`${nameOf(name)}: ${there.digest} is what this commit gives`);
    }
    return verified;
  }

  async function find(identity: Identity, job: string, environment: Identity): Promise<Stored> {
    const { id, tag } = identified(identity);
    const found = await registry.find({ ...published, tag });
    if (found?.id === id) return found;
    // Most often the base moved since.
    const why = await earlier.whyEnvironment(job, environment);
    const since = why === undefined ? '' : `; since the last one was built: ${why.replace(/^rebuilt: /, '')}`;
    throw new UserError(`this commit has no image at ${printReference({ ...published, tag })}${since}`, {
      code: 'not-published',
      hint: 'check out the commit that it was published from, or publish this one with `jobimg build`',
    });
  }

  async function environmentOf(
    plan: Identity,
    job: string,
    annotations: Stored['annotations'],
  ): Promise<Stored> {
    const digest = annotations.get(ANNOTATION.environment);
    const found = isDigest(digest) ? await registry.find({ ...published, digest }) : undefined;
    return found ?? find(plan, job, plan);
  }

  /** Under a throw-away tag, beside the published one or in a repository of its own. */
  async function rebuild(plan: BuildPlan, id: Digest, tag: string): Promise<Side> {
    await right.require();
    const to = { kind: 'registry', repository: into, tag: `${tag}.verify` } as const;
    const built = await builder.build({ plan, id, to, noCache: true });
    if (built.kind !== 'pushed') throw new Error(`the builder pushed nothing for ${tag}`);
    return storedSide({ ...into, digest: built.digest }, registry);
  }

  return { find, environmentOf, check };
}
