import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findDaemon } from '../../engine/machine/daemon.ts';
import { cacheId, cacheRoot, runRoot } from '../../engine/machine/paths.ts';

/** Where one cluster keeps what. All of it goes when the cluster is stopped. */
export interface Place {
  readonly name: string;
  readonly state: string;
  /** Short, because the path of a socket may not exceed 107 bytes. */
  readonly run: string;
  readonly pki: string;
  readonly containerd: string;
  /** Of all pods, relative to the root of each hierarchy. */
  readonly cgroup: string;
  /** What the cluster's network is called among those of the engines. */
  readonly network: string;
}

export function placeOf(name: string): Place {
  const state = join(cacheRoot(), 'kubernetes.tmp', name);
  const run = join(runRoot(), 'kubernetes', name);
  return {
    name,
    state,
    run,
    pki: join(state, 'pki'),
    containerd: join(run, 'containerd.sock'),
    cgroup: `/jobimg-${cacheId()}-kubernetes-${name}`,
    network: `kubernetes-${name}`,
  };
}

export function makeFolders({ pki, run }: Place): void {
  for (const folder of [pki, run]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** The name of a part among the daemons of the test engine. */
export function daemonOf(place: Place, part: string): string {
  return `kubernetes-${place.name}-${part}`;
}

export function pidOf(place: Place, part: string): number {
  const daemon = findDaemon(daemonOf(place, part));
  if (!daemon) throw new Error(`${part} of the cluster "${place.name}" does not run.`);
  return daemon.pid;
}
