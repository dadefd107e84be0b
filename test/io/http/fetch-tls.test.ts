import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFetch, type FetchOptions } from '../../../src/io/http/fetch.ts';
import { fakeClock } from '../../fakes/clock.ts';

/** A certificate authority whose key is gone, and a server it vouches for: nothing here is secret. */
const file = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
const ca = file('ca.pem');
const server = createServer({ key: file('server.key'), cert: file('server.pem') }, (request, response) => {
  response.end(`${request.headers.host} ${request.headers.authorization}`);
});
const asked: string[] = [];
const proxy = createHttpServer().on('connect', (request, socket, head) => {
  asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
  if (request.url?.startsWith('refused')) {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    return;
  }
  const through = connect(portOf(server), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    through.write(head);
    through.pipe(socket).pipe(through);
  });
  for (const end of [socket, through]) end.on('error', () => undefined);
});

function portOf(listening: { address(): unknown }): number {
  return (listening.address() as AddressInfo).port;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  for (const running of [server, proxy as Server]) {
    running.closeAllConnections();
    running.close();
  }
});

function get(url: string, options: Partial<FetchOptions>) {
  const fetch = createFetch({ clock: fakeClock(), userAgent: 'jobimg/test', ...options });
  return fetch({
    method: 'GET',
    url: new URL(url),
    limit: 1000,
    call: 'GET thing',
    authorization: 'Basic x',
  });
}

describe('a company CA', () => {
  it('is believed when it was given', async () => {
    const answer = await get(`https://127.0.0.1:${portOf(server)}/`, { ca });

    expect(answer.status).toBe(200);
  });

  it('is asked for when it was not', async () => {
    await expect(get(`https://127.0.0.1:${portOf(server)}/`, {})).rejects.toMatchObject({
      message: expect.stringContaining('its certificate cannot be trusted'),
      repeat: undefined,
      findings: [{ hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') }],
    });
  });

  it('does not make another name right', async () => {
    await expect(get(`https://localhost:${portOf(server)}/`, { ca })).rejects.toMatchObject({
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });
});

describe('a proxy', () => {
  it('is a tunnel that sees no header of ours', async () => {
    const proxies = { https: `http://me:secret@127.0.0.1:${portOf(proxy)}` };

    const answer = await get('https://registry.example.com/', { ca, proxies });

    expect(Buffer.from(answer.body).toString()).toBe('registry.example.com Basic x');
    expect(asked).toEqual([`registry.example.com:443 Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  it('that refuses is named', async () => {
    const proxies = { https: `http://127.0.0.1:${portOf(proxy)}` };

    await expect(get('https://refused.example.com/', { ca, proxies })).rejects.toMatchObject({
      message: 'GET thing: the proxy refused the connection',
    });
  });

  it('is not used for this machine', async () => {
    const proxies = { https: 'http://127.0.0.1:1' };

    const answer = await get(`https://127.0.0.1:${portOf(server)}/`, { ca, proxies });

    expect(answer.status).toBe(200);
  });
});

describe('plain http at a port that wants TLS', () => {
  it('is said in words', async () => {
    await expect(get(`http://127.0.0.1:${portOf(server)}/`, {})).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});
