// A real Kubernetes of one node: etcd, API server, controller manager, scheduler, DNS, containerd and kubelet.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDaemon } from '../../scripts/engine/daemon.mjs';
import { withLock } from '../../scripts/engine/lock.mjs';
import { say } from '../../scripts/engine/say.mjs';
import { findPrograms, whyMissing } from './compile/programs.ts';
import { addOwner, keepWithoutOwner, ownerOfThisProcess } from './owners/owners.ts';
import { watchOwners } from './owners/watch-owners.ts';
import { clearUp } from './parts/clear-up.ts';
import { PARTS } from './parts/part.ts';
import { daemonOf, type Place, placeOf } from './parts/place.ts';
import { startCluster } from './parts/start.ts';

/** For a `beforeAll`: a start takes a quarter of a minute, on a slow machine several times that. */
export const START_TIMEOUT_MS = 600_000;

export interface Cluster {
  readonly name: string;
  readonly place: Place;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** The certificate of the authority, PEM. */
  readonly ca: string;
  readonly tokens: Tokens;
  /** The file of the administrator. */
  readonly kubeconfig: string;
  readonly node: string;
  /** The address of this machine as pods see it. */
  readonly gateway: string;
  /** The interface that leads to the pods. */
  readonly bridge: string;
}

export interface Tokens {
  readonly admin: string;
  /** May do only what a Role gives to the user `deployer`. */
  readonly deployer: string;
}

export interface ClusterOptions {
  /** A test that stops parts needs a cluster of its own; `main` is for all others. */
  readonly name?: string;
  /** It stays until `stopKubernetes`, and does not end with the run of the tests. */
  readonly stays?: boolean;
}

/** The running cluster, or a fresh one. It ends when every run of tests that asked for it has ended, however. */
export async function ensureKubernetes(options: ClusterOptions = {}): Promise<Cluster> {
  const { name = 'main', stays = false } = options;
  return withLock(`kubernetes-${name}`, async () => {
    const place = placeOf(name);
    if (!isRunning(place)) await start(place);
    if (stays) keepWithoutOwner(place);
    else addOwner(place, ownerOfThisProcess());
    await watchOwners(place);
    return readCluster(place);
  });
}

/** Ends it, and removes what is left of one that was killed. */
export async function stopKubernetes(name = 'main'): Promise<void> {
  await withLock(`kubernetes-${name}`, () => clearUp(placeOf(name)));
}

function isRunning(place: Place): boolean {
  return existsSync(clusterFile(place)) && PARTS.every((part) => findDaemon(daemonOf(place, part)));
}

async function start(place: Place): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('A Kubernetes of the tests needs root.');
  const programs = await findPrograms();
  if (!programs) throw new Error(whyMissing());
  await clearUp(place);
  try {
    const cluster = await startCluster(placeOf(place.name), programs);
    writeFileSync(clusterFile(place), JSON.stringify(cluster), { mode: 0o600 });
    say(`Kubernetes "${place.name}" answers on ${cluster.server}`);
  } catch (error) {
    await clearUp(place);
    throw error;
  }
}

function clusterFile(place: Place): string {
  return join(place.state, 'cluster.json');
}

function readCluster(place: Place): Cluster {
  return JSON.parse(readFileSync(clusterFile(place), 'utf8')) as Cluster;
}
