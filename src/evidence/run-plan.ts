import { UserError } from '../errors.ts';
import { printReference } from '../oci/reference.ts';
import { type Artifact, textBlob } from '../oci/referrer.ts';
import type { Image } from '../oci/types.ts';
import { readSentPlan } from '../run/sent/read.ts';
import { sentPlan } from '../run/sent/write.ts';
import type { RunPlan } from '../run/types/plan.ts';
import { type ArtifactReader, artifactText } from './artifact-reader.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from './types.ts';

/** The plan of a run for whoever starts it elsewhere, beside the image that it is about. */
export function planArtifact(run: RunPlan): Artifact {
  const text = `${JSON.stringify(sentPlan(run), undefined, 2)}\n`;
  return {
    artifactType: ARTIFACT_TYPE.plan,
    layers: [
      {
        ...textBlob(text, ARTIFACT_TYPE.plan),
        annotations: { [EVIDENCE_ANNOTATION.title]: 'plan.json' },
      },
    ],
    annotations: new Map([
      [EVIDENCE_ANNOTATION.run, run.id],
      [EVIDENCE_ANNOTATION.job, run.job],
      [EVIDENCE_ANNOTATION.description, `plan of the run ${run.id}`],
    ]),
  };
}

/** The plan that stands under a digest, which is compared with every byte of it. Its image is in the same repository. */
export async function readPlan(
  artifact: Image,
  reader: Pick<ArtifactReader, 'manifest' | 'blob'>,
): Promise<RunPlan> {
  const manifest = await reader.manifest(artifact);
  const text =
    manifest.artifactType === ARTIFACT_TYPE.plan ? await artifactText(artifact, manifest, reader) : undefined;
  if (text === undefined) throw wrong(artifact, 'is no plan of a run');
  const run = readSentPlan(text);
  const { registry, path } = artifact;
  if ('engineId' in run.image || run.image.registry !== registry || run.image.path !== path)
    throw wrong(artifact, 'is about an image of another repository');
  return run;
}

function wrong(artifact: Image, what: string): UserError {
  return new UserError(`"${printReference(artifact)}" ${what}`, {
    code: 'plan',
    hint: 'hand on the input `plan` of the workflow as it is',
  });
}
