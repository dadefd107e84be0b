// Ports for servers that cannot be told to choose one themselves. All lie below those that Linux gives to connections
// (32768 and up): a suite has hundreds of them on loopback, and one may take a port between the look and the start of
// the server that was to listen there. Clusters take theirs from 20000 on.
import { createHash, randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const NAMED = { first: 5100, count: 800 };
const FREE = { first: 10_000, count: 10_000 };

/**
 * The same port for the same name wherever it is free, because references that hold it (in a lock file, say)
 * shall survive a restart.
 */
export async function portFor(name: string): Promise<number> {
  const hash = createHash('sha256').update(name).digest().readUInt32BE(0);
  const port = NAMED.first + (hash % NAMED.count);
  return (await isFree(port)) ? port : await freePort();
}

/** Any one: test processes that look at the same time do not find the same. */
export async function freePort(): Promise<number> {
  const start = randomInt(FREE.count);
  for (let step = 0; step < FREE.count; step += 1) {
    const port = FREE.first + ((start + step) % FREE.count);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${FREE.first} on is free on 127.0.0.1.`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
