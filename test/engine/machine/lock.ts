// One lock per name, held by listening on an abstract unix socket: the kernel
// frees it when the holder dies, however it dies, so no lock is ever stale.
import { createServer, type Server } from 'node:net';
import { cacheId } from './paths.ts';
import { say } from './say.ts';

const RETRY_MS = 200;

/** Waiting has no limit: what is done under a lock has its own. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const server = await acquired(name);
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function acquired(name: string): Promise<Server> {
  for (let said = false; ; said = true) {
    const server = await listening(`\0jobimg-engine-${cacheId()}-${name}`);
    if (server) return server;
    if (!said) say(`waiting for another run that holds the lock "${name}"`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function listening(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen({ path }, () => resolve(server));
    server.unref();
  });
}
