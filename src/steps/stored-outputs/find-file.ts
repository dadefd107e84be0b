import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from '../../evidence/types.ts';
import { printReference } from '../../oci/reference.ts';
import type { Descriptor, Digest, Image, Manifest, Repository } from '../../oci/types.ts';
import type { PushedRecord } from '../../run/records/pushed-record.ts';
import type { Tools } from '../../tools/tools.ts';
import { readPushedRecord } from './record-text.ts';
import { imagesIn } from './tagged-images.ts';

/** A run that has left a file, and who says so. */
export interface FileOrigin {
  readonly run: string;
  /** The name that the run gave it. */
  readonly path: string;
  /** undefined: its outputs are in the registry, and no record of it. */
  readonly record?: PushedRecord | undefined;
  /** The image by digest. */
  readonly image: string;
  /** The record or artifact by digest; undefined: the records of this machine. */
  readonly source?: string | undefined;
}

/** The runs whose records, or outputs, in a repository name a file of this hash; each once, and by its record where it has one. */
export async function findFile(
  digest: Digest,
  repository: Repository,
  tools: Pick<Tools, 'registry'>,
): Promise<readonly FileOrigin[]> {
  const found = new Map<string, FileOrigin>();
  for await (const image of imagesIn(repository, tools)) {
    for (const artifact of await tools.registry.referrers(image)) {
      const origin = await originIn(artifact, { image, digest }, tools);
      if (origin === undefined) continue;
      if (found.get(origin.run)?.record === undefined) found.set(origin.run, origin);
    }
  }
  return [...found.values()];
}

interface Wanted {
  readonly image: Image;
  readonly digest: Digest;
}

async function originIn(
  { artifactType, digest }: Descriptor,
  wanted: Wanted,
  tools: Pick<Tools, 'registry'>,
): Promise<FileOrigin | undefined> {
  const { registry, path } = wanted.image;
  const source = { registry, path, digest };
  if (artifactType === ARTIFACT_TYPE.outputs)
    return ofOutputs(source, await tools.registry.manifest(source), wanted);
  if (artifactType === ARTIFACT_TYPE.record) return await ofRecord(source, wanted, tools);
  return undefined;
}

function ofOutputs(
  source: Image,
  { layers, annotations }: Manifest,
  { image, digest }: Wanted,
): FileOrigin | undefined {
  const layer = layers.find((one) => one.digest === digest);
  const path = layer?.annotations?.[EVIDENCE_ANNOTATION.title];
  const run = annotations?.[EVIDENCE_ANNOTATION.run];
  if (path === undefined || run === undefined) return undefined;
  return { run, path, image: printReference(image), source: printReference(source) };
}

async function ofRecord(
  source: Image,
  { digest }: Wanted,
  { registry }: Pick<Tools, 'registry'>,
): Promise<FileOrigin | undefined> {
  const [blob] = (await registry.manifest(source)).layers;
  const record = blob === undefined ? undefined : await readPushedRecord(source, blob, registry);
  return record === undefined ? undefined : originOf(record, digest, printReference(source));
}

/** undefined: the run has not left the file. */
export function originOf(record: PushedRecord, digest: Digest, source?: string): FileOrigin | undefined {
  const hash = digest.slice('sha256:'.length);
  const file = record.ended?.files?.find(({ sha256 }) => sha256 === hash);
  if (file === undefined) return undefined;
  return { run: record.run, path: file.path, record, image: record.plan.image, source };
}
