import { allOrErrors } from '../../all-or-errors.ts';
import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import type { Repository } from '../../oci/types.ts';
import { carriedBases } from '../../plan/carried-bases.ts';
import { namedRepository } from '../../plan/destination.ts';
import { identityOf, imagePlans } from '../../plan/images/index-image.ts';
import type { Destination, JobPlan } from '../../plan/plan.ts';
import type { StoredImage } from '../../tools/registry.ts';
import type { Tools } from '../../tools/tools.ts';
import { type Verified, type VerifiedImage, verdictOf } from '../../verify/verified.ts';
import { earlierImages } from '../images/earlier-images.ts';
import type { BuiltImagePlan } from '../images/image-store.ts';
import { pushRight, READ_ONLY } from '../images/push-right.ts';
import { RegistryStore } from '../images/registry-store.ts';
import { makePlan } from '../plan/make-plan.ts';
import { checkGiven } from './check-given.ts';
import { type CheckContext, ImageChecks } from './image-checks.ts';
import { IndexChecks } from './index-checks.ts';
import { jobOfImage, type NamedImage, readPublished } from './published-image.ts';

/**
 * Makes every image of the commit again, without any cache, and compares it with what the registry holds. Only what
 * comes out is reported: what there is to report of the spec was reported when the image was published.
 */
export async function verifyImages(inputs: Inputs, tools: Tools): Promise<Verified> {
  const { host, caller } = tools;
  tools.source.readAnew();
  const named =
    inputs.published === undefined ? undefined : await readPublished(inputs.published, tools.registry);
  const { plan, mirrors } = await host.group('Plan', () => makePlan(...planned(named, inputs, tools)));
  if (!caller.rights.push) {
    throw new UserError(`nothing is built: ${caller.rights.why}`, { code: 'untrusted' });
  }
  const repository = named?.repository ?? publishedRepository(plan.destination);
  const into = inputs.into === undefined ? repository : namedRepository(inputs.into);
  const jobs = named === undefined ? plan.jobs : [jobOfImage(named, plan.jobs)];
  const check = jobCheck(checkContext(repository, into, tools), mirrors, named?.image);
  const checked = await host.group(
    'Verify',
    () => allOrErrors(jobs.map(check)),
    (all, took) => `${outcomeOf(all.flat())} after ${took}`,
  );
  // Jobs may share an image.
  const images = [...new Map(checked.flat().map((image) => [image.tag, image])).values()];
  const findings = images.flatMap((image) => image.findings);
  if (!inputs.attest) return { images, findings };
  const { attestImages } = await import('../referrers/attest.ts');
  return { images, findings: [...findings, ...(await attestImages(images, repository, tools))] };
}

/** Of an image that is named, the bases are those that it names itself: their tags may be other images by now. */
function planned(named: NamedImage | undefined, inputs: Inputs, tools: Tools): Parameters<typeof makePlan> {
  if (named === undefined) return [inputs, tools];
  const { registry: host, path } = named.repository;
  const registry = { kind: 'repository', text: `${host}/${path}` } as const;
  return [{ ...inputs, registry }, tools, (recipes) => carriedBases(named.carried.environment, recipes)];
}

function publishedRepository(destination: Destination): Repository {
  if (destination.kind === 'registry') return destination.repository;
  throw new UserError('there is no registry to compare with', {
    code: 'no-registry',
    hint: 'name the repository that the image was published to with the input "registry" (--registry ghcr.io/acme/train)',
  });
}

function checkContext(repository: Repository, into: Repository, tools: Tools): CheckContext {
  return {
    published: new RegistryStore({ repository, right: READ_ONLY, noCache: true }, tools),
    rebuilt: new RegistryStore(
      { repository: into, right: pushRight(into, tools.registry), noCache: true },
      tools,
    ),
    earlier: earlierImages(repository, tools),
    tools,
  };
}

function jobCheck(
  context: CheckContext,
  mirrors: Mirrors,
  named: StoredImage | undefined,
): (job: JobPlan) => Promise<readonly VerifiedImage[]> {
  const checks = new ImageChecks(context);
  const indexes = new IndexChecks(context, checks);
  return async ({ job: { name }, image }) => {
    if (image.kind === 'given') return checkGiven({ job: name, image, mirrors }, context.tools);
    await assertBuildable(image, context);
    const there = {
      job: name,
      image: named ?? (await checks.find(identityOf(image), name, image.environment)),
    };
    return image.kind === 'index' ? indexes.check(image, there) : checks.check(image, there);
  };
}

/** Everything is built again, so every platform has to be one that the builder runs. */
async function assertBuildable(image: BuiltImagePlan, { rebuilt, tools }: CheckContext): Promise<void> {
  const running = imagePlans(image).filter(
    ({ kind, environment }) => kind === 'build' || environment.build.runs,
  );
  if (running.length === 0) return;
  const plans = running.map(({ environment }) => environment.build);
  await tools.builder.check(plans, rebuilt.target);
}

const SAID = { same: 'the same', packing: 'the same in other bytes', different: 'different' } as const;

function outcomeOf(images: readonly VerifiedImage[]): string {
  return images.length === 0 ? 'nothing to compare' : SAID[verdictOf({ images })];
}
