import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createApi } from '../../../../src/backends/kubernetes/api/client.ts';
import { restlessClock } from '../../../fakes/clock.ts';
import { plainAccess } from '../../kubernetes-bench.ts';

const HTML =
  '<!DOCTYPE html>\n<html><head><title>Sign in to\n the gateway</title></head><body>long</body></html>';

describe('an answer', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function apiOf(listener: RequestListener, timeout?: number) {
    server = createServer(listener);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const access = plainAccess(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return createApi({ access, clock: restlessClock, log: () => undefined, timeout });
  }

  const call = { method: 'GET', path: '/api/v1/namespaces/a/pods', patience: 0 } as const;

  it('that leads elsewhere is none of the cluster, be it for a call or for a stream', async () => {
    const api = await apiOf((_, response) => response.writeHead(302, { location: '/login' }).end());

    await expect(api.call(call)).rejects.toThrow('the cluster answered 302');
    await expect(api.stream(call)).rejects.toThrow('the cluster answered 302');
  });

  it('that is no JSON is said to come from something in between, and is tried again', async () => {
    let asked = 0;
    const api = await apiOf((_, response) => {
      asked += 1;
      response.end(asked < 3 ? HTML : '{"items":[]}');
    });

    expect((await api.call(call)).value).toEqual({ items: [] });
    asked = -1_000;
    await expect(api.call(call)).rejects.toThrow('GET a/pods: the answer is no JSON');
  });

  it('that is a page has its title in the message, and not the page', async () => {
    const api = await apiOf((_, response) => response.writeHead(403).end(HTML));
    const error = await api.call(call).catch((thrown: unknown) => thrown);

    expect(String(error)).toContain('403: a page, "Sign in to the gateway"');
    expect(String(error)).not.toContain('<');
  });

  it('that stops in its middle is not waited for without an end', async () => {
    const api = await apiOf((_, response) => void response.writeHead(200).write('{"items":'), 100);

    await expect(api.call({ ...call, once: true })).rejects.toThrow('the cluster stopped in its answer');
  });
});
