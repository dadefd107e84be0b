/** Stands before the engine's socket and notes when somebody first speaks to it; passes everything on as it is. */
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/**
 * @param {import('./ground.mjs').Ground} ground
 * @returns {Promise<{ host: string, firstCall: () => number, forget: () => void }>} times as of `Date.now()`
 */
export async function watchEngine({ work, env }) {
  const engine = (env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
  const path = join(work, 'engine.sock');
  let first;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    first ??= performance.timeOrigin + performance.now();
    const upstream = connect({ path: engine, allowHalfOpen: true });
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      socket.on('error', () => other.destroy());
    }
  });
  await new Promise((resolve) => server.listen(path, resolve));
  server.unref();
  return { host: `unix://${path}`, firstCall: () => first, forget };

  function forget() {
    first = undefined;
  }
}
