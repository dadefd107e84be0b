// Who uses a cluster: the runs of tests that asked for it. A process is told from a later one of the same number by
// the time of its start.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from '../../../scripts/engine/processes.mjs';
import type { Place } from '../parts/place.ts';

const STAYS = 'stays';

export interface Owner {
  readonly pid: number;
  readonly startTime: string;
}

/** The process of jest that started this worker, or this process. */
export function ownerOfThisProcess(): Owner {
  const isWorker = /[/\\]jest-worker[/\\]/.test(process.argv[1] ?? '');
  const pid = isWorker ? process.ppid : process.pid;
  return { pid, startTime: startTimeOf(pid) ?? '' };
}

export function addOwner(place: Place, { pid, startTime }: Owner): void {
  writeFileSync(join(folderOf(place), `${pid}-${startTime}`), '');
}

export function keepWithoutOwner(place: Place): void {
  writeFileSync(join(folderOf(place), STAYS), '');
}

export function isOwned(place: Place): boolean {
  return readdirSync(folderOf(place)).some((name) => {
    const [pid, startTime] = name.split('-');
    return name === STAYS || startTimeOf(Number(pid)) === startTime;
  });
}

function folderOf(place: Place): string {
  const folder = join(place.run, 'owners');
  mkdirSync(folder, { recursive: true });
  return folder;
}
