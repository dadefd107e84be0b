import { join } from 'node:path';
import { findDaemon } from '../../../scripts/engine/daemon.mjs';
import { cacheDir, cacheId, runDir } from '../../../scripts/engine/paths.mjs';

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
  const state = cacheDir('kubernetes.tmp', name);
  const run = runDir('kubernetes', name);
  return {
    name,
    state,
    run,
    pki: cacheDir('kubernetes.tmp', name, 'pki'),
    containerd: join(run, 'containerd.sock'),
    cgroup: `/jobimg-${cacheId()}-kubernetes-${name}`,
    network: `kubernetes-${name}`,
  };
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
