import { createServer, type Server } from 'node:net';

const NAMES = ['etcd', 'etcdPeer', 'apiserver', 'controllerManager', 'scheduler', 'kubelet'] as const;

export type Ports = Readonly<Record<(typeof NAMES)[number], number>>;

/** All are held until the last is chosen, so that no two are the same. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(NAMES.map(listening));
  const ports = NAMES.map((name, index) => [name, portOf(servers[index])]);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(ports) as Ports;
}

function listening(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  if (typeof address !== 'object' || address === null) throw new Error('No port is free on 127.0.0.1.');
  return address.port;
}
