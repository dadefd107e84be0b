import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { createApi } from '../../../../src/backends/kubernetes/api/client.ts';
import { exec } from '../../../../src/backends/kubernetes/api/exec.ts';
import { loadKubeconfig } from '../../../../src/backends/kubernetes/api/kubeconfig.ts';
import { fakeClock } from '../../../fakes/clock.ts';

const TLS = join(import.meta.dirname, '../../../io/http/tls');

/** A name that only the proxy knows. */
const HOST = 'cluster.example.invalid';

describe('the way to the API server', () => {
  let cluster: Server;
  let sockets: WebSocketServer;
  let proxy: Server;
  let folder: string;
  /** What the proxy was asked for. */
  let tunnels: string[];
  let status: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-proxy-'));
    [tunnels, status] = [[], 200];
    const [key, cert] = await Promise.all(
      ['server.key', 'server.pem'].map((name) => readFile(join(TLS, name))),
    );
    cluster = createHttps({ key, cert }, (_, response) => response.end('{"ok":true}'));
    sockets = new WebSocketServer({ server: cluster, handleProtocols: ([first]) => first ?? false });
    sockets.on('connection', (socket) =>
      socket.send(Buffer.concat([Buffer.of(3), Buffer.from('{"status":"Success"}')])),
    );
    proxy = createHttp();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const there = connect(portOf(cluster), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        there.pipe(socket).pipe(there);
      });
      for (const one of [socket, there]) one.on('error', () => [socket, there].map((each) => each.destroy()));
    });
    for (const server of [cluster, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    for (const client of sockets.clients) client.terminate();
    for (const server of [cluster, proxy]) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true, force: true });
  });

  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  const proxyUrl = (): string => `http://127.0.0.1:${portOf(proxy)}`;

  async function apiOf(env: Readonly<Record<string, string>>, more: object = {}, host = HOST) {
    const config = {
      clusters: [
        { name: 'x', cluster: { server: `https://${host}:6443`, 'insecure-skip-tls-verify': true, ...more } },
      ],
      users: [{ name: 'x', user: { token: 't' } }],
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      'current-context': 'x',
    };
    const file = join(folder, 'config');
    await writeFile(file, JSON.stringify(config));
    const access = await loadKubeconfig({
      env: { KUBECONFIG: file, ...env },
      checkout: join(folder, 'checkout'),
    });
    return createApi({ access, clock: fakeClock(), log: () => undefined });
  }

  const version = { method: 'GET', path: '/version', once: true } as const;

  it('is the proxy of the environment, for calls and for commands in a container', async () => {
    const api = await apiOf({ HTTPS_PROXY: proxyUrl() });
    const { value } = await api.call(version);
    const { exitCode } = await exec(
      { path: '/api/v1/namespaces/a/pods/b', container: 'c', command: ['x'] },
      api,
    );

    expect([value, exitCode]).toEqual([{ ok: true }, 0]);
    expect(tunnels).toEqual([`${HOST}:6443`, `${HOST}:6443`]);
  });

  it('is the proxy of the kubeconfig, whatever the environment says', async () => {
    const api = await apiOf(
      { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' },
      { 'proxy-url': proxyUrl() },
    );
    await api.call(version);

    expect(tunnels).toEqual([`${HOST}:6443`]);
  });

  it('is told of when the proxy refuses it', async () => {
    status = 407;
    const api = await apiOf({ HTTPS_PROXY: proxyUrl() });

    await expect(api.call(version)).rejects.toThrow('the proxy refused the way to the cluster: 407');
  });

  it('is not a proxy that cannot be one, whose login is not shown', async () => {
    const error = await apiOf({}, { 'proxy-url': 'ftp://me:s3cret@proxy' }).catch(
      (thrown: unknown) => thrown,
    );

    expect(String(error)).toContain('"proxy-url" of the kubeconfig');
    expect(String(error)).not.toContain('s3cret');
  });

  it.each([
    ['10.1.2.3', '10.0.0.0/8', false],
    ['11.1.2.3', '10.0.0.0/8', true],
    ['[fd00::1]', 'x.org,fd00::/8', false],
    ['10.1.2.3', '10.1.2.3', false],
    ['k.example.invalid', '.example.invalid', false],
    ['k.example.invalid', 'example.invalid:443', true],
  ])('to %s with NO_PROXY=%s goes through the proxy: %j', async (host, no, isProxied) => {
    const { access } = await apiOf({ HTTPS_PROXY: proxyUrl(), NO_PROXY: no }, {}, host);
    const { agent } = await access.credentials();

    expect(agent !== undefined && 'proxy' in (agent as object)).toBe(isProxied);
  });
});
