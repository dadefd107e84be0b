import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createFetch } from '../../../src/io/http/fetch.ts';
import { createRegistry } from '../../../src/registry/client.ts';
import type { Credential } from '../../../src/registry/login/credential.ts';
import { fakeClock } from '../../fakes/clock.ts';
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  startFakeRegistry,
} from '../../fakes/registry-server.ts';
import { imageOf, setUp } from '../setup.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: FakeRegistryOptions): Promise<FakeRegistry> {
  const fake = await startFakeRegistry(options);
  open.push(fake);
  fake.seed('acme/train', '1', {});
  fake.seed('acme/other', '1', {});
  return fake;
}

function tokens(fake: FakeRegistry): readonly string[] {
  return fake.requests.filter(({ token }) => token).map(({ path }) => path);
}

describe('basic authentication', () => {
  it('is learned from the first answer and sent from then on', async () => {
    const fake = await start({ auth: 'basic' });
    const { registry, repository } = setUp(fake);

    await registry.find({ ...repository, tag: '1' });
    await registry.find({ ...repository, tag: '1' });

    expect(fake.requests.map(({ authorization }) => authorization !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('that is wrong is an error with the host', async () => {
    const fake = await start({ auth: 'basic', password: 'another' });
    const { registry, repository } = setUp(fake);

    await expect(registry.find({ ...repository, tag: '1' })).rejects.toMatchObject({
      kind: 'input',
      message: `GET manifest acme/train:1 at ${fake.host}: UNAUTHORIZED: authentication required (401)`,
    });
  });
});

describe('a token', () => {
  it('is asked for once per repository and right, with our scope', async () => {
    const fake = await start({ auth: 'token' });
    const { registry, repository } = setUp(fake);

    await registry.find({ ...repository, tag: '1' });
    await registry.find({ ...repository, tag: 'gone' });
    await registry.find({ ...repository, path: 'acme/other', tag: '1' });
    await registry.pushRefusal(repository);

    const service = 'service=fake+registry%2C+with+a+comma';
    expect(tokens(fake)).toEqual([
      `/token?${service}&scope=repository%3Aacme%2Ftrain%3Apull`,
      `/token?${service}&scope=repository%3Aacme%2Fother%3Apull`,
      `/token?${service}&scope=repository%3Aacme%2Ftrain%3Apull%2Cpush`,
    ]);
  });

  it('is asked for once by calls at the same time', async () => {
    const fake = await start({ auth: 'token' });
    const { registry, repository } = setUp(fake);

    await Promise.all(Array.from({ length: 8 }, () => registry.find({ ...repository, tag: '1' })));

    expect(tokens(fake)).toHaveLength(1);
    expect(fake.requests).toHaveLength(8 + 1 + 1);
  });

  it('that was prepared is there when the first call needs it', async () => {
    const fake = await start({ auth: 'token' });
    const { registry, repository } = setUp(fake);

    await registry.prepare(repository, 'pull');
    const prepared = fake.requests.length;
    await registry.find({ ...repository, tag: '1' });

    expect(prepared).toBe(2);
    expect(fake.requests).toHaveLength(3);
  });

  it('that was prepared for a push is there when something is pushed', async () => {
    const fake = await start({ auth: 'token' });
    const { registry, repository } = setUp(fake);

    await registry.prepare(repository, 'pull,push');
    const prepared = tokens(fake).length;
    await registry.push(repository, imageOf('code'), '1', undefined, true);

    expect([prepared, tokens(fake).length]).toEqual([1, 1]);
  });

  it('that cannot be prepared is told by the call that needs it', async () => {
    const fake = await start({ auth: 'token', password: 'another' });
    const { registry, repository } = setUp(fake);

    await expect(registry.prepare(repository, 'pull')).resolves.toBeUndefined();
    await expect(registry.find({ ...repository, tag: '1' })).rejects.toMatchObject({ kind: 'input' });
  });

  it('is renewed half a minute before its end', async () => {
    const fake = await start({ auth: 'token', tokenSeconds: 100 });
    const { registry, repository, clock } = setUp(fake);

    await registry.find({ ...repository, tag: '1' });
    clock.advance(69_000);
    await registry.find({ ...repository, tag: '1' });
    const before = tokens(fake).length;
    clock.advance(2000);
    await registry.find({ ...repository, tag: '1' });

    expect([before, tokens(fake).length]).toEqual([1, 2]);
  });

  // Harbor's own answer is the first: https://github.com/bazel-contrib/rules_oci/pull/856
  it.each([
    '"token": "good", "access_token": ""',
    '"token": "", "access_token": "good"',
    '"token": null, "access_token": "good"',
    '"token": "good", "expires_in": 0',
    '"token": "good", "expires_in": null',
    '"token": "good", "expires_in": -1',
    '"token": "good", "expires_in": "300"',
  ])('is taken from an answer with {%s}, and is good for a minute where it does not say', async (fields) => {
    const server = createServer((request, response) => {
      const known = request.headers.authorization === 'Bearer good';
      if (request.url?.startsWith('/token')) response.end(`{${fields}}`);
      else response.writeHead(known ? 404 : 401, { 'www-authenticate': 'Bearer realm="/token"' }).end();
    });
    const { client, host, seen } = await registryOn(server, {
      kind: 'password',
      username: 'u',
      password: 'p',
    });

    const found = await client.find({ registry: host, path: 'a/b', tag: '1' });
    await client.find({ registry: host, path: 'a/b', tag: '2' });

    expect(found).toBeUndefined();
    expect(seen.filter((call) => call.includes('/token'))).toHaveLength(1);
  });

  it('that is refused all at once is renewed once', async () => {
    const fake = await start({ auth: 'token' });
    const { registry, repository } = setUp(fake);
    await registry.find({ ...repository, tag: '1' });
    fake.fault(fake.requests.length, { kind: 'status', status: 401 });

    const found = await registry.find({ ...repository, tag: '1' });

    expect(found).toBeDefined();
    expect(tokens(fake)).toHaveLength(2);
  });

  it('that is not given is an error that names who refused', async () => {
    const fake = await start({ auth: 'token', password: 'another' });
    const { registry, repository } = setUp(fake);

    await expect(registry.find({ ...repository, tag: '1' })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(`credentials refused by ${fake.host}: GET token at ${fake.host}`),
    });
  });
});

describe('an identity token', () => {
  it('is exchanged by POST and never sent to the registry', async () => {
    const bodies: string[] = [];
    const headers: (string | undefined)[] = [];
    const server = createServer(async (request, response) => {
      if (request.url?.startsWith('/token')) {
        for await (const chunk of request) bodies.push(String(chunk));
        response.end('{"access_token":"fresh"}');
        return;
      }
      headers.push(request.headers.authorization);
      const known = request.headers.authorization === 'Bearer fresh';
      response
        .writeHead(known ? 404 : 401, { 'www-authenticate': 'Bearer realm="/token",service="s"' })
        .end();
    });
    const registry = await registryOn(server, { kind: 'identity', token: 'IDENTITY' });

    const found = await registry.client.find({ registry: registry.host, path: 'a/b', tag: '1' });

    expect(found).toBeUndefined();
    expect(bodies).toEqual([
      'grant_type=refresh_token&client_id=jobimg&service=s&scope=repository%3Aa%2Fb%3Apull&refresh_token=IDENTITY',
    ]);
    expect(headers).toEqual([undefined, 'Bearer fresh']);
  });
});

describe('a token server that redirects to another origin', () => {
  it.each([
    ['an identity token', { kind: 'identity', token: 'IDENTITY' }],
    ['a password', { kind: 'password', username: 'me', password: 'PASSWORD' }],
  ] as const)('gets %s, and nobody else does', async (_, credential) => {
    const elsewhere: string[] = [];
    const other = createServer(async (request, response) => {
      const body: string[] = [];
      for await (const chunk of request) body.push(String(chunk));
      elsewhere.push(`${request.headers.authorization} ${request.url} ${body.join('')}`);
      response.end('{"token":"x"}');
    });
    const { host } = await registryOn(other, credential);
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/token'))
        response.writeHead(307, { location: `http://${host}/token` }).end();
      else response.writeHead(401, { 'www-authenticate': 'Bearer realm="/token",service="s"' }).end();
    });
    const registry = await registryOn(server, credential);

    const found = registry.client.find({ registry: registry.host, path: 'a/b', tag: '1' });

    await expect(found).rejects.toMatchObject({ findings: [{ code: 'redirect-refused' }] });
    expect(elsewhere).toEqual([]);
  });
});

describe('a login that the registry refuses', () => {
  it('is left out where nobody needs one, for all that is read there', async () => {
    const manifest = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'x', digest: `sha256:${'a'.repeat(64)}`, size: 1 },
      layers: [],
    });
    const statuses = new Map([
      [undefined, 401],
      ['Bearer open', 200],
    ]);
    const server = createServer(({ url, headers: { authorization } }, response) => {
      const token = JSON.stringify({ token: authorization === undefined ? 'open' : 'mine' });
      const isToken = url?.startsWith('/token') === true;
      response
        .writeHead(isToken ? 200 : (statuses.get(authorization) ?? 403), {
          'www-authenticate': 'Bearer realm="/token"',
        })
        .end(isToken ? token : manifest);
    });
    const { client, host, seen } = await registryOn(server, {
      kind: 'password',
      username: 'u',
      password: 'p',
    });

    const found = await client.find({ registry: host, path: 'a/b', tag: '1' });

    expect(found).toBeDefined();
    expect(seen.filter((call) => call.includes('/token'))).toHaveLength(2);
  });
});

describe('a realm elsewhere', () => {
  it.each([
    'https://token.example.net/',
    'http://registry.example.com/',
    'file:///etc/passwd',
    'https://169.254.169.254/',
  ])('gets no request: %s', async (realm) => {
    const server = createServer((_, response) =>
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end(),
    );
    const registry = await registryOn(server, { kind: 'password', username: 'u', password: 'CANARY' });

    const found = registry.client.find({ registry: registry.host, path: 'a/b', tag: '1' });

    await expect(found).rejects.toMatchObject({ findings: [{ code: 'realm-refused' }] });
    expect(registry.seen).toEqual([`GET http://${registry.host}/v2/a/b/manifests/1`]);
  });
});

async function registryOn(server: Server, credential: Credential) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => server.close().closeAllConnections() });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = fakeClock();
  const seen: string[] = [];
  const fetch = createFetch({
    clock,
    userAgent: 'jobimg/test',
    onRequest: ({ method, url }) => seen.push(`${method} ${url}`),
  });
  const client = createRegistry({
    fetch,
    clock,
    credentials: { find: async () => credential, withhold: () => undefined },
    log: () => undefined,
  });
  return { client, host, seen };
}
