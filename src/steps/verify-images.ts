import { UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { namedRepository } from '../plan/destination.ts';
import { identityOf, partsOf } from '../plan/index-image.ts';
import type { IndexPlan, JobPlan, PlatformImagePlan } from '../plan/plan.ts';
import type { Tools } from '../tools.ts';
import { type Verified, type VerifiedImage, verdictOf } from '../verify/verified.ts';
import { checkGiven } from './check-given.ts';
import { everyAnswer } from './every-answer.ts';
import { imageChecks } from './image-checks.ts';
import { indexChecks } from './index-checks.ts';
import { makePlan } from './make-plan.ts';

/**
 * Makes every image of the commit again, without any cache, and compares it with what the registry holds. Only what
 * comes out is reported: what there is to report of the spec was reported when the image was published.
 */
export async function verifyImages(inputs: Inputs, tools: Tools): Promise<Verified> {
  const { host, caller } = tools;
  const { plan, mirrors } = await host.group('Plan', () => makePlan(inputs, tools));
  if (!caller.rights.push) {
    throw new UserError(`nothing is built: ${caller.rights.why}`, { code: 'untrusted' });
  }
  if (plan.destination.kind !== 'registry') {
    throw new UserError('there is no registry to compare with', {
      code: 'no-registry',
      hint: 'name the repository that the image was published to: --registry ghcr.io/acme/train',
    });
  }

  const { repository } = plan.destination;
  const into = inputs.into === undefined ? repository : namedRepository(inputs.into);
  const checks = imageChecks(repository, into, tools);
  const indexes = indexChecks(checks, tools);
  const checked = await host.group(
    'Verify',
    () => everyAnswer(plan.jobs.map(check)),
    (all, took) => `${outcomeOf(all.flat())} after ${took}`,
  );
  // Jobs may share an image.
  const images = [...new Map(checked.flat().map((image) => [image.tag, image])).values()];
  return { images, findings: images.flatMap((image) => image.findings) };

  async function check({ job, image }: JobPlan): Promise<readonly VerifiedImage[]> {
    if (image.kind === 'given') return checkGiven({ job: job.name, image, mirrors }, tools);
    await assertBuildable(image);
    const there = await checks.find(identityOf(image), job.name, image.environment);
    return image.kind === 'index'
      ? indexes.check(image, there, job.name)
      : checks.check(image, there, job.name);
  }

  /** Everything is built again, so every platform has to be one that the builder runs. */
  async function assertBuildable(image: PlatformImagePlan | IndexPlan): Promise<void> {
    const running = partsOf(image).filter(
      ({ kind, environment }) => kind === 'build' || environment.build.runs,
    );
    if (running.length === 0) return;
    const plans = running.map(({ environment }) => environment.build);
    await tools.builder.check(plans, { kind: 'registry', repository: into });
  }
}

const SAID = { same: 'the same', packing: 'the same in other bytes', different: 'different' } as const;

function outcomeOf(images: readonly VerifiedImage[]): string {
  return images.length === 0 ? 'nothing to compare' : SAID[verdictOf({ images })];
}
