import type { Measured } from '../fit/measured/measured.ts';
import { canonicalJson } from '../oci/canonical.ts';
import { type Artifact, textBlob } from '../oci/referrer.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from './types.ts';

/** Which GPU code an image has: the same bytes for the same image, whoever reads it and when. */
export function measuredArtifact(measured: Measured): Artifact {
  const names = measured.code.map((one) => one.package).join(', ') || 'none';
  return {
    artifactType: ARTIFACT_TYPE.measured,
    layers: [
      {
        ...textBlob(canonicalJson(measured), ARTIFACT_TYPE.measured),
        annotations: { [EVIDENCE_ANNOTATION.title]: 'gpu-code.json' },
      },
    ],
    annotations: new Map([[EVIDENCE_ANNOTATION.description, `packages with GPU code: ${names}`]]),
  };
}
