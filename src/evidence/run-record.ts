import { type Artifact, textBlob } from '../oci/referrer.ts';
import type { RunResult } from '../run/run.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from './types.ts';

/** The record of a run that is over, as it stands in its `run.json`. */
export function recordArtifact({ run, verdict }: RunResult, record: object): Artifact {
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  return {
    artifactType: ARTIFACT_TYPE.record,
    layers: [
      {
        ...textBlob(text, ARTIFACT_TYPE.record),
        annotations: { [EVIDENCE_ANNOTATION.title]: 'run.json' },
      },
    ],
    annotations: new Map([
      [EVIDENCE_ANNOTATION.run, run.id],
      [EVIDENCE_ANNOTATION.job, run.job],
      [EVIDENCE_ANNOTATION.description, `run ${run.id}: ${verdict.reason}`],
    ]),
  };
}
