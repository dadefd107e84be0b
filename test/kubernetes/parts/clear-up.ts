import { rmSync } from 'node:fs';
import { pause } from '../../../scripts/engine/daemon.mjs';
import { removeNetwork } from '../../../scripts/engine/network.mjs';
import { findParts } from '../../../scripts/engine/parts.mjs';
import { kill, processes } from '../../../scripts/engine/processes.mjs';
import { processesIn, removeCgroups } from './cgroups.ts';
import { PARTS } from './part.ts';
import { killPart } from './parts.ts';
import type { Place } from './place.ts';

const POLL_MS = 50;
const TIMEOUT_MS = 60_000;

/** Ends every process of a cluster, also of one whose records are lost, and removes all that it made. */
export async function clearUp(place: Place): Promise<void> {
  // The kubelet first, and the controllers: they start again what ends.
  for (const part of [...PARTS].reverse()) await killPart(place, part);
  const deadline = Date.now() + TIMEOUT_MS;
  while (killLeft(place) || !removeCgroups(place.cgroup)) {
    if (Date.now() > deadline) throw new Error(`${describeLeft(place)} of "${place.name}" does not end.`);
    await pause(POLL_MS);
  }
  const engine = findParts();
  if (engine) await removeNetwork(place.network, engine);
  for (const folder of [place.state, place.run]) rmSync(folder, { recursive: true, force: true });
}

/** Whether there was any. */
function killLeft(place: Place): boolean {
  const left = leftOf(place);
  for (const pid of left) kill(pid);
  return left.length > 0;
}

function describeLeft(place: Place): string {
  const left = leftOf(place);
  return left.length > 0 ? `process ${left.join(', ')}` : `a process in ${place.cgroup}`;
}

/** What runs in pods, and the programs that were told to use the folders of this cluster. */
export function leftOf(place: Place): readonly number[] {
  const isOurs = (word: string): boolean =>
    [place.state, place.run].some((folder) => `${word}/`.includes(`${folder}/`));
  const programs = processes().filter(({ argv }) => isPart(argv) && argv.some(isOurs));
  return [...processesIn(place.cgroup), ...programs.map(({ pid }) => pid)];
}

function isPart(argv: readonly string[]): boolean {
  const [file = '', part = ''] = argv;
  // It becomes `pause`.
  if (argv.some((word) => word.endsWith('/mount-namespace.sh'))) return true;
  if (/(^|\/)(containerd|containerd-shim-runc-v2|runc|pause)$/.test(file)) return true;
  return file.endsWith('/kubernetes') && (PARTS as readonly string[]).includes(part);
}
