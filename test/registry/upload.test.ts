import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest, Layer } from '../../src/oci/types.ts';
import { MANNERS } from '../fakes/registry-manners.ts';
import { digestOf, type FakeRegistry, type Fault, startFakeRegistry } from '../fakes/registry-server.ts';
import { imageOf, layerOf, setUp } from './setup.ts';

let fake: FakeRegistry;

beforeEach(async () => {
  fake = await startFakeRegistry({ mount: false });
});

afterEach(() => fake.close());

function sent(): readonly string[] {
  return fake.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/blobs/')).map(String);
}

function whenSent(digest: string, fault: Fault): void {
  fake.before(({ method, path }) => {
    if (method === 'PUT' && path.includes(encodeURIComponent(digest)))
      fake.fault(fake.requests.length - 1, fault);
  });
}

/** An image of one large layer, beside its small config. */
function largeImage(size: number) {
  const bytes = Buffer.alloc(size);
  const config = layerOf('config');
  const layer: Layer = {
    ...layerOf('large'),
    digest: digestOf(bytes) as Digest,
    size,
    async *open() {
      yield bytes;
    },
  };
  const descriptor = ({ mediaType, digest, size }: Layer) => ({ mediaType, digest, size });
  const manifest = { schemaVersion: 2, config: descriptor(config), layers: [descriptor(layer)] };
  return { ...imageOf(''), blobs: [config, layer], manifest: Buffer.from(JSON.stringify(manifest)) };
}

describe('an upload', () => {
  it.each([
    [4 * 1024 * 1024, 0],
    [1024, 1],
  ])('of %d bytes that are there is made %d times where nothing is mounted', async (size, times) => {
    const { registry, repository } = setUp(fake);
    const image = largeImage(size);
    await registry.push(repository, image, '1');
    const before = sent().length;

    await registry.push(repository, { ...image, blobs: image.blobs.slice(1) }, '2');

    expect(sent().length - before).toBe(times);
  });

  it('is not sent again where the registry goes on storing it behind a proxy that gave up', async () => {
    const { registry, repository, clock } = setUp(fake);
    const image = largeImage(200 * 1024 * 1024);
    const [, layer] = image.blobs;
    const digest = layer?.digest ?? '';
    let looks = 0;
    whenSent(digest, { kind: 'status', status: 504 });
    fake.before(({ method }) => {
      if (method === 'HEAD') looks += 1;
      // The first is before it is sent.
      if (looks === 4) fake.state.blobs.set(`acme/train ${digest}`, { length: layer?.size } as Buffer);
    });

    const pushed = await registry.push(repository, image, '1').catch((error: unknown) => error);

    expect(pushed).toMatchObject({ image: { digest: digestOf(image.manifest) } });
    expect(sent()).toHaveLength(2);
    expect(clock.slept()).toBeLessThanOrEqual(10_000);
  });

  it('goes to the storage that the registry names, which gets no login', async () => {
    const puts: string[] = [];
    const storage = createServer(async (request, response) => {
      puts.push(`${request.method} ${request.headers.authorization}`);
      const digest = new URL(`http://storage${request.url}`).searchParams.get('digest');
      fake.state.blobs.set(`acme/train ${digest}`, await buffer(request));
      response.writeHead(201).end();
    }).listen(0, '127.0.0.1');
    await once(storage, 'listening');
    const { port } = storage.address() as AddressInfo;
    const location = (path: string): string => `http://127.0.0.1:${port}${path}`;
    await fake.close();
    fake = await startFakeRegistry({ mount: false, manner: { ...MANNERS['Docker Hub'], location } });
    const { registry, repository } = setUp(fake);

    await registry.push(repository, imageOf('code'), '1').finally(() => storage.close());

    expect(puts).toEqual(['PUT undefined', 'PUT undefined']);
    expect(sent()).toEqual([]);
  });

  it('that another client finished first is there', async () => {
    const { registry, repository } = setUp(fake);
    const image = imageOf('code');
    const [, layer] = image.blobs;
    whenSent(layer?.digest ?? '', {
      kind: 'status',
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"errors":[{"code":"BLOB_UPLOAD_INVALID","message":"blob upload invalid","detail":"cannot be updated"}]}',
    });
    fake.before(({ method }) => {
      if (method === 'HEAD') fake.state.blobs.set(`acme/train ${layer?.digest}`, Buffer.from('code'));
    });

    const pushed = await registry.push(repository, image, '1');

    expect(fake.state.tags.get('acme/train:1')).toBe(pushed.image.digest);
  });

  it('outlasts a registry that is away for a minute, and one that is gone ends after five', async () => {
    for (const away of [60_000, Number.POSITIVE_INFINITY]) {
      const { registry, repository, clock, lines } = setUp(fake);
      const back = clock.now() + away;
      const start = fake.requests.length;
      fake.before(() => {
        if (clock.now() < back) fake.fault(fake.requests.length - 1, { kind: 'status', status: 503 });
      });

      const pushed = await registry.push(repository, imageOf(`code ${away}`), '1', undefined).then(
        ({ image }) => image.digest,
        (error: unknown) => error,
      );

      if (away === 60_000) expect(pushed).toBe(fake.state.tags.get('acme/train:1'));
      else expect(pushed).toMatchObject({ message: expect.stringMatching(/503 \(tried \d+ times in 3\d\d/) });
      expect(clock.slept()).toBeLessThan(2 * 330_000);
      expect(fake.requests.length - start).toBeLessThan(80);
      expect(lines[0]).toMatch(/^trying again in 0\.8 s: POST uploads of acme\/train/);
    }
  });
});

describe('the right to push', () => {
  it('where the registry ends the connection names the repository', async () => {
    const { registry, repository } = setUp(fake);
    fake.fault(0, { kind: 'reset' }, Number.POSITIVE_INFINITY);

    await expect(registry.pushRefusal(repository)).rejects.toMatchObject({
      findings: [{ hint: expect.stringContaining('check that the repository "acme/train" exists') }],
    });
  });
});
