import { UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { isDigest } from '../oci/digest.ts';
import { parseRepository, printReference } from '../oci/reference.ts';
import { ANNOTATION, type Digest, type Image, type Repository } from '../oci/types.ts';
import type { BuildPlan, EnvironmentPlan, ImagePlan, JobPlan } from '../plan/plan.ts';
import type { Parent, Tools } from '../tools.ts';
import type { Verified, VerifiedImage } from '../verify/verified.ts';
import { compareSides, madeSide, type Side, storedSide } from './compare-sides.ts';
import { earlierImages } from './earlier-image.ts';
import { everyAnswer } from './every-answer.ts';
import { type Identified, identified, identifiedImage } from './image-ids.ts';
import { makePlan } from './make-plan.ts';
import { refuseReadOnly } from './push-right.ts';
import { putLayer } from './put-layer.ts';

/**
 * Makes every image of the commit again, without any cache, and compares it with what the registry holds. Only what
 * comes out is told: what is to be said of the spec was said when the image was published.
 */
export async function verifyImages(inputs: Inputs, tools: Tools): Promise<Verified> {
  const { host, caller } = tools;
  const { plan } = await host.group('Plan', () => makePlan(inputs, tools));
  if (!caller.rights.build) {
    throw new UserError(`nothing is built: ${caller.rights.why}`, { code: 'untrusted' });
  }
  if (plan.destination.kind !== 'registry') {
    throw new UserError('there is no registry to compare with', {
      code: 'no-registry',
      hint: 'name the repository that the image was published to: --registry ghcr.io/acme/train',
    });
  }

  const { repository } = plan.destination;
  const into = inputs.into === undefined ? repository : parseRepository(inputs.into);
  const check = imageChecks(repository, into, tools);
  const checked = await host.group('Verify', () => everyAnswer(plan.jobs.map(check)));
  // Jobs may share an image.
  const images = [...new Map(checked.flat().map((image) => [image.tag, image])).values()];
  return { images, findings: images.flatMap((image) => image.findings) };
}

type OwnPlan = Extract<ImagePlan, { kind: 'layer' | 'build' }>;

function imageChecks(
  published: Repository,
  into: Repository,
  tools: Tools,
): (job: JobPlan) => Promise<readonly VerifiedImage[]> {
  const { registry, builder, source, host } = tools;
  const environments = new Map<string, Promise<VerifiedImage>>();
  const earlier = earlierImages(published, tools);
  let pushRight: Promise<void> | undefined;

  async function check({ job, image }: JobPlan): Promise<readonly VerifiedImage[]> {
    if (image.kind === 'given') {
      host.info(`${job.name}: the image is used as it is, so there is nothing to make again`);
      return [];
    }
    const there = await find(identifiedImage(image), job.name, image.environment);
    if (image.kind === 'environment') return [await checkEnvironment(image.environment, there)];

    const environment = await environmentOf(image.environment, job.name, there.annotations);
    const parent = await registry.pull(environment);
    const first = await checkEnvironment(image.environment, environment);
    return [first, await checkOwn(image, there, parent)];
  }

  /** Made again on the environment that is published, so that each of both has its own verdict. */
  async function checkOwn(plan: OwnPlan, there: Image, parent: Parent): Promise<VerifiedImage> {
    const { id, tag } = identified(plan);
    const made =
      plan.kind === 'layer'
        ? await madeSide(putLayer(parent, await source.pack(plan.layer), plan, id), parent, registry)
        : await rebuild(plan.build(parent.image), id, tag);
    return compareWith(tag, there, made);
  }

  function checkEnvironment(plan: EnvironmentPlan, there: Image): Promise<VerifiedImage> {
    const { id, tag } = identified(plan);
    const checking =
      environments.get(tag) ?? rebuild(plan.build, id, tag).then((made) => compareWith(tag, there, made));
    environments.set(tag, checking);
    return checking;
  }

  async function compareWith(tag: string, there: Image, rebuilt: Side): Promise<VerifiedImage> {
    const verified = await compareSides(
      { tag, published: await storedSide(there, registry), rebuilt },
      tools,
    );
    if (verified.verdict === 'same') host.info(`${tag}: ${there.digest} is what this commit gives`);
    return verified;
  }

  async function find({ id, tag }: Identified, job: string, environment: EnvironmentPlan) {
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

  /** The one that the job's image says it stands on; else what is under the tag. */
  async function environmentOf(
    plan: EnvironmentPlan,
    job: string,
    annotations: ReadonlyMap<string, string>,
  ): Promise<Image> {
    const digest = annotations.get(ANNOTATION.environment);
    const found = isDigest(digest) ? await registry.find({ ...published, digest }) : undefined;
    return found ?? find(identified(plan), job, plan);
  }

  /** Under a throw-away tag, beside the published one or in a repository of its own. */
  async function rebuild(plan: BuildPlan, id: Digest, tag: string): Promise<Side> {
    pushRight ??= refuseReadOnly(into, registry);
    await pushRight;
    const to = { kind: 'registry', repository: into, tag: `${tag}.verify` } as const;
    const built = await builder.build({ plan, id, to, noCache: true });
    if (built.kind !== 'pushed') throw new Error(`the builder pushed nothing for ${tag}`);
    return storedSide({ ...into, digest: built.digest }, registry);
  }

  return check;
}
