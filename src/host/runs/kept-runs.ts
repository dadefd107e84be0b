import { join } from 'node:path';
import { namesIn } from '../../io/fs/names-in.ts';
import type { RunRecord } from '../../run/record.ts';
import type { KeptRecord } from '../../run/records/kept-run.ts';
import { readRunName, runPaths } from './paths.ts';
import { readRecord } from './records.ts';

/** Every run that this machine has something of. */
export async function readKeptRuns(folder: string): Promise<readonly KeptRecord[]> {
  const folders = new Map<string, string>();
  const ids = new Set<string>();
  const left = new Set<string>();
  for (const name of await namesIn(folder)) {
    const known = readRunName(name);
    if (known === undefined || known.kind === 'unfinished') continue;
    ids.add(known.run);
    if (known.kind === 'record') left.add(known.run);
    if (known.kind === 'folder') folders.set(known.run, join(folder, name));
  }
  const runs: KeptRecord[] = [];
  for (const run of [...ids].sort())
    runs.push({
      run,
      folder: folders.get(run),
      record: await recordOf(folder, run),
      isOver: !left.has(run),
    });
  return runs;
}

/** That of its end, which the other one leads to. */
async function recordOf(folder: string, run: string): Promise<RunRecord | undefined> {
  const { record, ended } = runPaths(folder, run);
  return (await readRecord(ended)) ?? (await readRecord(record));
}
