import { UserError } from '../../errors.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Descriptor, Image } from '../../oci/types.ts';
import { type PushedRecord, parseRecordText } from '../../run/records/pushed-record.ts';
import type { Tools } from '../../tools/tools.ts';

/** Bytes of a record that are read. */
export const MOST_BYTES = 4 * 1024 ** 2;

/** The record of a run that somebody has pushed; undefined: another release has written it, or anybody else. */
export async function readPushedRecord(
  record: Image,
  blob: Descriptor,
  registry: Pick<Tools['registry'], 'blob'>,
): Promise<PushedRecord | undefined> {
  if (blob.size > MOST_BYTES)
    throw new UserError(`a record of ${blob.size} bytes is not read`, { code: 'record' });
  const pieces: Uint8Array[] = [];
  for await (const piece of await registry.blob(record, blob)) pieces.push(piece);
  return parseRecordText(Buffer.concat(pieces).toString('utf8'));
}

/** The artifact that a record names, which stands in the same repository: nobody is led to another one. */
export async function outputsInRecord(
  record: Image,
  blob: Descriptor,
  registry: Pick<Tools['registry'], 'blob'>,
): Promise<Image | undefined> {
  const named = (await readPushedRecord(record, blob, registry))?.ended?.['outputs-artifact'];
  const digest = named === undefined ? undefined : parseReference(named).digest;
  return digest === undefined ? undefined : { registry: record.registry, path: record.path, digest };
}
