import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

const FIRST = 5100;
const COUNT = 800;

/**
 * The same port for the same name wherever it is free, because references that hold it (in a lock file, say)
 * shall survive a restart.
 */
export async function portFor(name: string): Promise<number> {
  const hash = createHash('sha256').update(name).digest().readUInt32BE(0);
  return (await bound(FIRST + (hash % COUNT))) ?? (await freePort());
}

export async function freePort(): Promise<number> {
  const port = await bound(0);
  if (port === undefined) throw new Error('No port is free on 127.0.0.1.');
  return port;
}

function bound(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const chosen = typeof address === 'object' ? address?.port : undefined;
      server.close(() => resolve(chosen));
    });
  });
}
