import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { OutputsProvenance } from '../../evidence/outputs/provenance.ts';
import { errnoOf } from '../../io/errno.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import { writeWhole } from '../../io/fs/whole-file.ts';

/** In the folder of a run: from what its outputs were made. */
export const PROVENANCE = 'provenance';
const STATEMENT = 'statement.json';
/** The statement with its signature. */
export const BUNDLE = 'bundle.sigstore.json';

/** false when an output of the job has that name: it is the job's. */
export async function writeProvenance(
  runFolder: string,
  provenance: OutputsProvenance | undefined,
): Promise<boolean> {
  if (provenance === undefined) return true;
  const folder = join(runFolder, PROVENANCE);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    return false;
  }
  const { statement, predicate, checksums } = provenance;
  await writeWhole(join(folder, STATEMENT), `${statement}\n`);
  await writeWhole(join(folder, 'predicate.json'), `${predicate}\n`);
  await writeWhole(join(folder, 'checksums.txt'), checksums);
  return true;
}

/** Beside what it signs; an output of the job that has the place keeps it. */
export async function writeBundle(
  runFolder: string,
  provenance: OutputsProvenance | undefined,
  bundle: string,
): Promise<string> {
  const folder = join(runFolder, PROVENANCE);
  const beside = await readTextFile(join(folder, STATEMENT));
  if (provenance === undefined || beside !== `${provenance.statement}\n`)
    throw new UserError(`an output of the job has the name "${PROVENANCE}"`, {
      code: 'attestation',
      hint: 'let the job give its output another name',
    });
  const path = join(folder, BUNDLE);
  await writeWhole(path, `${bundle}\n`);
  return path;
}
