import { UserError } from '../../errors.ts';
import { isDigest } from '../../oci/digest.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import { ANNOTATION, type Repository } from '../../oci/types.ts';
import { firstEnvironment, identityOf } from '../../plan/images/index-image.ts';
import { type PlatformInputs, readCarried } from '../../plan/inputs-annotation.ts';
import { type CarriedInputs, otherCommit, type PlannedInputs } from '../../plan/other-commit.ts';
import type { JobPlan } from '../../plan/plan.ts';
import type { StoredImage } from '../../tools/registry.ts';
import type { Tools } from '../../tools/tools.ts';
import type { BuiltImagePlan } from '../images/image-store.ts';

/** A published image that somebody named by its digest, with what it says of how it was made. */
export interface NamedImage {
  readonly name: string;
  readonly repository: Repository;
  readonly image: StoredImage;
  readonly carried: CarriedInputs;
}

export async function readPublished(text: string, registry: Tools['registry']): Promise<NamedImage> {
  const { registry: host, path, digest } = parseReference(text);
  if (digest === undefined) {
    throw new UserError(`"${text}" names no digest`, {
      kind: 'usage',
      hint: 'write <repository>@sha256:…, as the output `image` and the summary have it; a tag may be another image by now',
    });
  }
  const repository = { registry: host, path };
  const name = printReference({ ...repository, digest });
  const image = await registry.find({ ...repository, digest });
  if (image === undefined) {
    throw new UserError(`the registry has no image ${name}`, {
      code: 'not-published',
      hint: 'check the digest',
    });
  }
  const environment = image.annotations.get(ANNOTATION.environment);
  const below = isDigest(environment) ? await registry.find({ ...repository, digest: environment }) : image;
  const carried = { image: carriedBy(image), environment: carriedBy(below) };
  if (image.id === undefined || carried.image === undefined || carried.environment === undefined) {
    throw new UserError(`${name} does not say how it was made, so it cannot be made again`, {
      code: 'not-ours',
      hint: 'name an image that jobimg published',
    });
  }
  return { name, repository, image, carried: { image: carried.image, environment: carried.environment } };
}

function carriedBy(image: StoredImage | undefined): PlatformInputs | undefined {
  return readCarried(image?.annotations.get(ANNOTATION.inputs));
}

/** The job of the commit that gives the image; an error says what is different when none does. */
export function jobOfImage({ name, image, carried }: NamedImage, jobs: readonly JobPlan[]): JobPlan {
  const given = jobs.find((job) => isBuilt(job) && identityOf(job.image).id === image.id);
  if (given !== undefined) return given;
  throw UserError.of([otherCommit(name, carried, jobs.filter(isBuilt).map(inputsOf))]);
}

function isBuilt(job: JobPlan): job is JobPlan & { readonly image: BuiltImagePlan } {
  return job.image.kind !== 'given';
}

function inputsOf({ job, image }: JobPlan & { readonly image: BuiltImagePlan }): PlannedInputs {
  return {
    job: job.name,
    own: firstEnvironment(image).build.ownPath !== undefined,
    environment: read(image.environment.carried),
    image: read(identityOf(image).carried),
  };
}

function read(carried: string): PlatformInputs {
  return readCarried(carried) ?? new Map();
}
