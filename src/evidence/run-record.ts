import { type Artifact, textBlob } from '../oci/referrer.ts';
import type { Descriptor, Image } from '../oci/types.ts';
import { type PushedRecord, parseRecordText } from '../run/records/pushed-record.ts';
import type { RunResult } from '../run/types/result.ts';
import { type ArtifactReader, artifactText } from './artifact-reader.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from './types.ts';

/** The record of a run that is over, as it stands in its `run.json`. */
export function recordArtifact(
  { run, verdict }: Pick<RunResult, 'run' | 'verdict'>,
  record: object,
): Artifact {
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

/** The record of a run that somebody has pushed beside its image; undefined: there is none yet. */
export async function findRecord(
  run: string,
  image: Image,
  reader: ArtifactReader,
): Promise<PushedRecord | undefined> {
  for (const listed of await reader.referrers(image)) {
    const record = mayBeRecord(listed, run) ? await readRecord(run, image, listed, reader) : undefined;
    if (record !== undefined) return record;
  }
  return undefined;
}

/** Some registries list artifacts without their annotations. */
function mayBeRecord({ artifactType, annotations }: Descriptor, run: string): boolean {
  return (
    artifactType === ARTIFACT_TYPE.record && [undefined, run].includes(annotations?.[EVIDENCE_ANNOTATION.run])
  );
}

async function readRecord(
  run: string,
  { registry, path }: Image,
  { digest }: Descriptor,
  reader: ArtifactReader,
): Promise<PushedRecord | undefined> {
  const artifact = { registry, path, digest };
  const manifest = await reader.manifest(artifact);
  if (manifest.annotations?.[EVIDENCE_ANNOTATION.run] !== run) return undefined;
  const record = parseRecordText((await artifactText(artifact, manifest, reader)) ?? '');
  return record?.run === run && record.ended !== undefined ? record : undefined;
}
