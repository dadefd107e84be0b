import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
// Jest links a package twice, and fails, when two imports ask for it first at the same time.
import '../../src/backends/kubernetes/backend.ts';
import '../../src/io/http/proxy.ts';
import { targetsOf } from '../../src/connect/backends.ts';
import type { ConnectContext } from '../../src/connect/context.ts';
import { connectCluster } from '../../src/connect/kubernetes.ts';
import { systemClock } from '../../src/io/clock.ts';

/** A cluster of one node, as far as the list of its nodes goes. */
async function startCluster(node: string): Promise<Server> {
  const labels = { 'nvidia.com/gpu.product': 'NVIDIA-A100', 'nvidia.com/gpu.memory': '40960' };
  const items = [{ metadata: { name: node, labels }, status: { allocatable: { 'nvidia.com/gpu': '1' } } }];
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('the GPUs of a cluster', () => {
  let clusters: Readonly<Record<string, Server>>;
  let folder: string;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    clusters = { usual: await startCluster('usual-node'), lab: await startCluster('lab-node') };
    folder = await mkdtemp(join(tmpdir(), 'jobimg-connect-'));
    const names = Object.keys(clusters);
    const config = {
      'current-context': 'usual',
      contexts: names.map((name) => ({ name, context: { cluster: name, user: 'me' } })),
      users: [{ name: 'me', user: {} }],
      clusters: Object.entries(clusters).map(([name, server]) => ({
        name,
        cluster: {
          server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          'insecure-skip-tls-verify': true,
        },
      })),
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    env = { KUBECONFIG: join(folder, 'config'), JOBIMG_ALLOW_CONTEXTS: 'lab' };
  });
  afterAll(async () => {
    for (const server of Object.values(clusters)) server.close();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['the current one', {}, 'usual-node'],
    ['the one that is named', { context: 'lab' }, 'lab-node'],
  ])('are those of the context in which the job runs: %s', async (_, options, node) => {
    const host = { info: () => undefined };
    const around = { env, host, clock: systemClock, inputs: { folder: '/nonexistent' } } as never;
    const context = { env, cluster: (name: string | undefined) => connectCluster(name, around) };

    const found = await targetsOf({ name: 'kubernetes', options }, context as unknown as ConnectContext);

    expect(found.map(({ name }) => name)).toEqual([expect.stringContaining(node)]);
  });
});
