import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputsProvenance } from '../../evidence/outputs/provenance.ts';
import { errnoOf } from '../../io/errno.ts';
import { writeWhole } from '../../io/fs/whole-file.ts';

/** In the folder of a run: from what its outputs were made. */
export const PROVENANCE = 'provenance';

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
  await writeWhole(join(folder, 'statement.json'), `${statement}\n`);
  await writeWhole(join(folder, 'predicate.json'), `${predicate}\n`);
  await writeWhole(join(folder, 'checksums.txt'), checksums);
  return true;
}
