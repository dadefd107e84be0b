// The ports of a cluster. They lie below those that Linux gives to connections: a cluster has hundreds of them on
// loopback, and one of them may hold a port between the look and the start of the part that listens there.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from '../../engine/machine/lock.ts';
import { isFree } from '../../engine/machine/port.ts';
import type { Place } from './place.ts';

const NAMES = ['etcd', 'etcdPeer', 'apiserver', 'controllerManager', 'scheduler', 'kubelet'] as const;
const FIRST = 20_000;
const LAST = 32_000;
const FILE = 'ports.json';

export type Ports = Readonly<Record<(typeof NAMES)[number], number>>;

/** Each cluster keeps a record of its own, because they start at the same time. */
export function takePorts(place: Place): Promise<Ports> {
  return withLock('kubernetes-ports', async () => {
    const ports = await freePorts(takenByOthers(place));
    writeFileSync(join(place.state, FILE), JSON.stringify(ports));
    return ports;
  });
}

async function freePorts(taken: ReadonlySet<number>): Promise<Ports> {
  const found: number[] = [];
  for (let port = FIRST; found.length < NAMES.length; port += 1) {
    if (port > LAST) throw new Error(`No ${NAMES.length} ports are free between ${FIRST} and ${LAST}.`);
    if (!taken.has(port) && (await isFree(port))) found.push(port);
  }
  return Object.fromEntries(NAMES.map((name, index) => [name, found[index]])) as Ports;
}

function takenByOthers({ state }: Place): ReadonlySet<number> {
  const clusters = dirname(state);
  const files = readdirSync(clusters).map((name) => join(clusters, name, FILE));
  const records = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  return new Set(records.flatMap((text) => Object.values(JSON.parse(text) as Ports)));
}
