import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeWhole } from '../../io/fs/whole-file.ts';
import { MATRIX } from '../../run/records/folder-name.ts';
import type { KeptRecord } from '../../run/records/kept-run.ts';
import { runPaths } from './paths.ts';
import { readRecord } from './records.ts';
import { runFolder } from './run-folder.ts';

/**
 * Writes a page of the legs of a matrix into a folder of its own, which has the name of its first leg and goes with that.
 * Each leg has a folder that is uploaded when the leg is over, before anybody can compare it. Gives the folder; undefined:
 * no leg has ended.
 */
export async function writeMatrixPage(
  runs: string,
  legs: readonly string[],
  page: (kept: readonly KeptRecord[]) => string,
): Promise<string | undefined> {
  const kept = await Promise.all(legs.map((run) => keptRecord(runs, run)));
  const [first] = kept.filter(({ record }) => record?.ended !== undefined);
  if (first === undefined) return undefined;
  const name = basename(runFolder(runs, { id: first.run }, new Date())).replace(/_.*/, '');
  const folder = join(runs, `${name}${MATRIX}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(join(folder, 'runs.html'), page(kept));
  return folder;
}

async function keptRecord(runs: string, run: string): Promise<KeptRecord> {
  const { record, ended } = runPaths(runs, run);
  const over = await readRecord(ended);
  return { run, folder: undefined, record: over ?? (await readRecord(record)), isOver: over !== undefined };
}
