import { hasher } from '../../oci/digest.ts';
import type { Artifact, ArtifactLayer } from '../../oci/referrer.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { HashedFile } from '../../run/types/result.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from '../types.ts';
import { type OutputFile, packingOf } from './packing.ts';
import { type ReadOutput, tarOf, wholeFile } from './tar.ts';

/** As other clients call the bytes of any file: https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage */
export const FILE_LAYER = 'application/octet-stream';
export const TAR_LAYER = 'application/vnd.oci.image.layer.v1.tar';

interface OutputsOptions {
  readonly read: ReadOutput;
  /** Of files that were read already. */
  readonly hashed: readonly HashedFile[];
}

/**
 * The outputs of a run as one artifact. A file is read for its digest, unless that is known, and once more when a registry takes
 * it: nothing is held, and what is there already is not sent.
 */
export async function outputsArtifact(
  { id, job }: Pick<RunPlan, 'id' | 'job'>,
  files: readonly OutputFile[],
  { read, hashed }: OutputsOptions,
): Promise<Artifact> {
  const { own, packs } = packingOf(files);
  const known = new Map(hashed.map((file) => [file.path, file]));
  const layers: ArtifactLayer[] = [];
  for (const file of own) layers.push(await fileLayer(file, read, known.get(file.path)));
  for (const [index, pack] of packs.entries()) layers.push(await packLayer(pack, index + 1, read));
  const annotations = new Map<string, string>([
    [EVIDENCE_ANNOTATION.run, id],
    [EVIDENCE_ANNOTATION.job, job],
    [EVIDENCE_ANNOTATION.description, `outputs of the run ${id}`],
  ]);
  return { artifactType: ARTIFACT_TYPE.outputs, layers, annotations };
}

async function fileLayer(
  file: OutputFile,
  read: ReadOutput,
  known: HashedFile | undefined,
): Promise<ArtifactLayer> {
  const { path, size, executable } = file;
  const open = (): AsyncIterable<Uint8Array> => wholeFile(file, read);
  const digest = known?.size === size ? (`sha256:${known.sha256}` as const) : undefined;
  return {
    mediaType: FILE_LAYER,
    ...(digest === undefined ? await digested(open()) : { digest, size }),
    annotations: {
      [EVIDENCE_ANNOTATION.title]: path,
      ...(executable ? { [EVIDENCE_ANNOTATION.executable]: 'true' } : {}),
    },
    open,
  };
}

async function packLayer(
  pack: readonly OutputFile[],
  number: number,
  read: ReadOutput,
): Promise<ArtifactLayer> {
  return {
    mediaType: TAR_LAYER,
    ...(await digested(tarOf(pack, read))),
    annotations: { [EVIDENCE_ANNOTATION.title]: `jobimg-files-${number}.tar` },
    open: () => tarOf(pack, read),
  };
}

async function digested(bytes: AsyncIterable<Uint8Array>): Promise<Pick<ArtifactLayer, 'digest' | 'size'>> {
  const sum = hasher();
  let size = 0;
  for await (const piece of bytes) {
    sum.update(piece);
    size += piece.length;
  }
  return { digest: sum.digest(), size };
}
