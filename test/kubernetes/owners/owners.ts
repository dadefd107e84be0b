// Who uses a cluster: the runs of tests that asked for it. A process is told from a later one of the same number by
// the time of its start.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from '../../engine/machine/processes.ts';
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
  write(place, `${pid}-${startTime}`);
}

export function keepWithoutOwner(place: Place): void {
  write(place, STAYS);
}

export function isOwned(place: Place): boolean {
  const folder = folderOf(place);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.some((name) => {
    const [pid, startTime] = name.split('-');
    return name === STAYS || startTimeOf(Number(pid)) === startTime;
  });
}

function write(place: Place, name: string): void {
  mkdirSync(folderOf(place), { recursive: true });
  writeFileSync(join(folderOf(place), name), '');
}

function folderOf(place: Place): string {
  return join(place.run, 'owners');
}
