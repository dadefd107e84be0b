import type { Finding } from '../../errors.ts';
import { provenanceOf } from '../../evidence/provenance.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Image } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { Tools } from '../../tools/tools.ts';
import type { ImagesEnsured } from '../images/ensure-images.ts';
import { carriedBy } from './attest.ts';
import { pushSboms } from './image-sboms.ts';
import { evidenceCaller, pushOrWarn } from './push.ts';

/** Pushes beside the images of jobs what is asked for; an image of the local engine has nothing beside it. */
export async function pushAbout(
  { plan, images }: ImagesEnsured,
  { provenance, sbom }: Pick<Inputs, 'provenance' | 'sbom'>,
  tools: Tools,
): Promise<readonly Finding[]> {
  if (plan.destination.kind === 'engine') return [withoutRegistry()];
  const findings: Finding[] = [];
  for (const [job, image] of images) {
    if (provenance) findings.push(...(await pushProvenance(job, image, tools)));
  }
  if (sbom) findings.push(...(await pushSboms({ plan, images }, tools)));
  return findings;
}

/** Only of what was made here: nobody knows how another one was. */
async function pushProvenance(
  job: string,
  { made, image, environment }: EnsuredImage,
  tools: Tools,
): Promise<readonly Finding[]> {
  const isMade = made === 'built' || made === 'pushed';
  if (!isMade || image === undefined) return [];
  const stored = await tools.registry.find(image);
  if (stored?.id === undefined) return [];
  const below = environment === undefined ? undefined : environmentImage(environment.reference);
  const from = {
    job,
    id: stored.id,
    environment: below?.digest === image.digest ? undefined : below,
    carried: await carriedBy(stored, tools),
  };
  const artifact = provenanceOf(image, from, evidenceCaller(tools));
  return await pushOrWarn(image, artifact, { what: `${job}: provenance`, tools });
}

function environmentImage(reference: string): Image | undefined {
  const { registry, path, digest } = parseReference(reference);
  return digest === undefined ? undefined : { registry, path, digest };
}

function withoutRegistry(): Finding {
  return {
    level: 'warning',
    code: 'referrer',
    message:
      'provenance and packages are pushed beside an image in a registry, and the image is in the local engine',
    hint: 'name a repository with `registry`, or leave `provenance` and `sbom` out',
  };
}
