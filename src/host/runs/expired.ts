import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../io/errno.ts';
import { namesIn } from '../../io/fs/names-in.ts';
import { statsOf } from '../../io/fs/stats-of.ts';
import { removeTree } from '../../io/remove-tree.ts';
import { type Owner, type OwnerState, ownerState } from '../../run/owner-process.ts';
import { MATRIX, readFolderName } from '../../run/records/folder-name.ts';
import { expired, isInUse, type KeptRun, type Retention, sizeOf } from '../../run/retention.ts';
import { sizeOnDisk } from './disk-use.ts';
import { readRunName, runPaths } from './paths.ts';
import { readRecord } from './records.ts';
import { folderIn } from './run-folder.ts';

export interface TidyRunsOptions {
  /** Where the runs are. */
  readonly folder: string;
  readonly retention: Retention;
  readonly self: Owner;
  readonly startedOf: (pid: number) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly uid: number | undefined;
}

export interface Removed {
  readonly runs: readonly KeptRun[];
  readonly bytes: number;
}

/** A folder that is being removed has another name, so that no half of a run stands under the run's own. */
const REMOVING = '.removing-';
/** Milliseconds; a file takes less to be written. */
const WRITTEN = 3_600_000;

/**
 * Removes ended runs that are kept no longer, and what removals and copies have left that were cut off. Runs that are not
 * known to be over stay whole, and so does what another user made.
 */
export async function removeExpired(tidying: TidyRunsOptions): Promise<Removed> {
  const { folder, retention, now } = tidying;
  const names = await ownNames(tidying);
  // Read after the folders: a run has its record before it has a folder.
  const live = await liveRuns(tidying);
  for (const name of names) {
    if (await isLeftover(name, live, tidying)) await removeTree(join(folder, name));
  }
  const kept: KeptRun[] = [];
  for (const [id, name] of endedRuns(names)) {
    if (!live.has(id)) kept.push(await keptRun(id, name, tidying));
  }
  const runs = expired(kept, retention, now);
  for (const { id } of runs) await removeRun(folder, id);
  return { runs, bytes: sizeOf(runs) };
}

/** Links are nobody's. */
async function ownNames({ folder, uid }: TidyRunsOptions): Promise<readonly string[]> {
  const isOwn = async (name: string): Promise<boolean> => {
    const stats = await statsOf(join(folder, name));
    return stats !== undefined && !stats.isSymbolicLink() && (uid === undefined || stats.uid === uid);
  };
  const names = await namesIn(folder);
  const own = await Promise.all(names.map(isOwn));
  return names.filter((_, at) => own[at]);
}

/** By the id of each run that is not known to be over, whether its process lives. */
async function liveRuns({
  folder,
  self,
  startedOf,
}: TidyRunsOptions): Promise<ReadonlyMap<string, OwnerState>> {
  const live = new Map<string, OwnerState>();
  for (const name of await namesIn(folder)) {
    if (readRunName(name)?.kind !== 'record') continue;
    const record = await readRecord(join(folder, name));
    if (record !== undefined) live.set(record.run, ownerState(record.owner, self, startedOf));
  }
  return live;
}

/** By the id of each run that has a folder or a result, the name of its folder, from one listing for all of them. */
function endedRuns(names: readonly string[]): ReadonlyMap<string, string | undefined> {
  const runs = new Map<string, string | undefined>();
  for (const name of [...names].sort()) {
    const known = readRunName(name);
    if (known?.kind === 'folder') runs.set(known.run, runs.get(known.run) ?? name);
    else if (known?.kind === 'ended') runs.set(known.run, runs.get(known.run));
  }
  return runs;
}

/** What a process that lives, or may live, still writes is no leftover. */
async function isLeftover(
  name: string,
  live: ReadonlyMap<string, OwnerState>,
  { folder, now }: TidyRunsOptions,
): Promise<boolean> {
  if (name.startsWith(REMOVING)) return true;
  const known = readRunName(name);
  if (known?.kind !== 'unfinished') return false;
  if (!name.endsWith('.tmp')) return (live.get(known.run) ?? 'dead') === 'dead';
  // A record that is written for the first time has none beside it yet.
  const stats = await statsOf(join(folder, name));
  return stats !== undefined && now - stats.mtimeMs > WRITTEN;
}

/** `name`: that of its folder; undefined: it has none any more. */
async function keptRun(
  id: string,
  name: string | undefined,
  { folder, now, self, startedOf }: TidyRunsOptions,
): Promise<KeptRun> {
  const path = name === undefined ? undefined : join(folder, name);
  const [record, stats] = await Promise.all([
    readRecord(runPaths(folder, id).ended),
    path === undefined ? undefined : statsOf(path),
  ]);
  if (record?.ended === undefined) {
    const size = path === undefined ? 0 : await sizeOnDisk(path);
    return { id, ended: stats?.mtimeMs ?? 0, size, inUse: false };
  }
  const { at, size } = record.ended;
  const inUse = isInUse(ownerState(record.owner, self, startedOf), Date.parse(at), now);
  // Whoever removed the folder wants nothing of it.
  return { id, ended: stats === undefined ? 0 : Date.parse(at), size, inUse };
}

/** Removes what is kept of a run that has ended: its folder, its result, and the page of its matrix. */
export async function removeRun(folder: string, id: string): Promise<void> {
  const names = await namesIn(folder);
  const removing = join(folder, `${REMOVING}${id}`);
  const own = folderIn(names, id);
  try {
    if (own !== undefined) await rename(join(folder, own), removing);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error; // Another process was faster.
  }
  await removeTree(removing);
  await removeTree(runPaths(folder, id).ended);
  for (const name of names) {
    const known = readFolderName(name);
    if (known?.run === id && known.ending === MATRIX) await removeTree(join(folder, name));
  }
}
