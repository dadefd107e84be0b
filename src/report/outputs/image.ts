import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { identityOf } from '../../plan/images/index-image.ts';
import type { JobPlan } from '../../plan/plan.ts';

type ImageOutput = 'image' | 'digest' | 'tag' | 'id' | 'environment-image' | 'cache' | 'why';

/** What of the outputs is about the image of a job. */
export function imageOutputs(
  job: JobPlan | undefined,
  image: EnsuredImage | undefined,
): Record<ImageOutput, string | undefined> {
  return {
    image: image?.reference,
    digest: image?.image?.digest,
    tag: image?.tag ?? (job === undefined ? undefined : tagOf(job)),
    id: image?.image?.id ?? (job === undefined ? undefined : idOf(job)),
    'environment-image': image?.environment?.reference,
    cache: image?.cache,
    why: image?.why,
  };
}

function idOf({ image }: JobPlan): string | undefined {
  if (image.kind === 'given') return undefined;
  return identityOf(image).id;
}

function tagOf({ image }: JobPlan): string | undefined {
  if (image.kind === 'given') return undefined;
  return identityOf(image).tag;
}
