import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { errnoOf } from '../errno.ts';

export interface LockOptions {
  /** Waits, and rejects when the work is cancelled. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds after which the work is begun all the same. */
  readonly patience: number;
}

const RETRY = 200;

/**
 * Runs work while no other process of this machine does work of the same name. The lock is an abstract socket, which the
 * kernel frees however its holder ends: https://man7.org/linux/man-pages/man7/unix.7.html . Other systems have none,
 * so there nothing is locked.
 */
export async function withMachineLock<T>(
  name: string,
  work: () => Promise<T>,
  { wait, patience }: LockOptions,
): Promise<T> {
  let held = await listen(name);
  for (let waited = 0; held === undefined && waited < patience; waited += RETRY) {
    await wait(RETRY);
    held = await listen(name);
  }
  try {
    return await work();
  } finally {
    held?.close();
  }
}

/** Holds a name until it is closed, or until this process ends; undefined when another one holds it. */
export async function holdName(name: string): Promise<{ close(): void } | undefined> {
  return await listen(name);
}

/** Whether a live process of this machine holds the name; where names cannot be held, none does. */
export async function isNameHeld(name: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  for (;;) {
    const answer = await askHolder(name);
    // Its holder ended before it took our call; another one may have the name since.
    if (answer !== 'ECONNRESET') return answer;
  }
}

async function askHolder(name: string): Promise<boolean | 'ECONNRESET'> {
  const socket = connect({ path: `\0${name}` });
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ECONNRESET') return errno;
    if (errno === 'ECONNREFUSED') return false;
    // Its holder is there, but too many calls wait for it: https://man7.org/linux/man-pages/man2/connect.2.html
    if (errno === 'EAGAIN') return true;
    throw error;
  } finally {
    socket.destroy();
  }
}

async function listen(name: string): Promise<Server | undefined> {
  if (process.platform !== 'linux') return undefined;
  const server = createServer((socket) => socket.destroy());
  server.unref();
  try {
    server.listen({ path: `\0${name}` });
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (errnoOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}
