// One lock per name, held by listening on an abstract unix socket: the kernel
// frees it when the holder dies, however it dies, so no lock is ever stale.
import { createServer } from 'node:net';
import { cacheId } from './paths.mjs';
import { say } from './say.mjs';

const RETRY_MS = 200;
const DEFAULT_TIMEOUT_MS = 15 * 60_000;

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {number} [timeoutMs]
 * @returns {Promise<T>}
 */
export async function withLock(name, work, timeoutMs = DEFAULT_TIMEOUT_MS) {
  const server = await acquired(name, Date.now() + timeoutMs);
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** @returns {Promise<import('node:net').Server>} */
async function acquired(name, deadline) {
  for (let said = false; ; said = true) {
    const server = await listening(`\0jobimg-engine-${cacheId()}-${name}`);
    if (server) return server;
    if (Date.now() > deadline) {
      throw new Error(`Another run holds the lock "${name}" for too long. Wait for it or end it.`);
    }
    if (!said) say(`waiting for another run that holds the lock "${name}"`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** @returns {Promise<import('node:net').Server | undefined>} */
function listening(path) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ path }, () => resolve(server));
    server.unref();
  });
}
