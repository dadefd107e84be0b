import type { Job } from '../../jobspec/job/job.ts';
import { imagePlans } from '../../plan/images/index-image.ts';
import type { JobContainer, JobPlan } from '../../plan/plan.ts';
import { HOME, userText } from '../../recipe/user-step.ts';

/** How the container of a job is, as its image was planned here, or by who made it. */
export function containerOf(plan: JobPlan): JobContainer {
  const { container, job, mount, recipe } = plan;
  if (container !== undefined) return container;
  return {
    workdir: mount?.folder ?? recipe.environment?.workdir,
    home: recipe.environment?.base === undefined ? '/tmp' : HOME,
    platforms: platformsOf(plan),
    ...baseOf(plan),
    ...userOf(job),
  };
}

function platformsOf({ image }: JobPlan): JobContainer['platforms'] {
  return image.kind === 'given'
    ? undefined
    : imagePlans(image).map(({ environment }) => environment.build.platform);
}

function baseOf({ image }: JobPlan): Pick<JobContainer, 'base'> {
  const base = image.kind === 'given' ? undefined : imagePlans(image)[0]?.environment.base;
  if (base === undefined) return {};
  return { base: base.digest === undefined ? base.name : `${base.name}@${base.digest}` };
}

/** What we write as `USER`; of an own Dockerfile, and of an image by reference, nobody here knows it. */
function userOf({ image }: Job): Pick<JobContainer, 'user'> {
  if (image.kind === 'given' || image.dockerfile !== undefined) return {};
  const user = Number.parseInt(userText(image.user), 10);
  return user > 0 ? { user } : {};
}
