import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/io/clock.ts';
import { createFetch } from '../../src/io/http/fetch.ts';
import { type Artifact, textBlob } from '../../src/oci/referrer.ts';
import type { Digest, Image, Manifest } from '../../src/oci/types.ts';
import { createRegistry } from '../../src/registry/client.ts';
import { digestOf, type FakeRegistry, startFakeRegistry } from '../fakes/registry-server.ts';
import { countedRequests, setUp } from './setup.ts';

const TYPE = 'application/vnd.example.note';

let fake: FakeRegistry;

afterEach(async () => {
  await fake.close();
});

function note(text: string): Artifact {
  return {
    artifactType: TYPE,
    layers: [textBlob(text, 'text/plain')],
    annotations: new Map([['note', text]]),
  };
}

/** A client with the time of this machine: what writes at once is a matter of real time. */
function client() {
  const send = createFetch({ clock: systemClock, userAgent: 'jobimg-test' });
  const credentials = { find: async () => undefined, withhold: () => undefined };
  return createRegistry({ fetch: send, credentials, clock: systemClock, log: () => undefined });
}

function imageIn(server: FakeRegistry): Image {
  const { digest } = server.seed('acme/train', 'train-1', {});
  return { registry: server.host, path: 'acme/train', digest: digest as Digest };
}

describe('a registry that lists referrers', () => {
  it('gets the artifact by its digest, and no tag', async () => {
    fake = await startFakeRegistry({ referrers: true });
    const { registry } = setUp(fake);
    const image = imageIn(fake);

    const digest = await registry.pushReferrer(image, note('first'));

    const manifest = JSON.parse(
      fake.state.manifests.get(`acme/train ${digest}`)?.bytes.toString('utf8') ?? '',
    ) as Manifest;
    expect(manifest).toMatchObject({
      artifactType: TYPE,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 },
      subject: { digest: image.digest, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
      annotations: { note: 'first' },
    });
    expect([...fake.state.tags.keys()]).toEqual(['acme/train:train-1']);
  });

  it('is read page by page', async () => {
    fake = await startFakeRegistry({ referrers: true });
    const { registry } = setUp(fake);
    const image = imageIn(fake);
    const pushed: Digest[] = [];
    for (const text of ['a', 'b', 'c', 'd', 'e']) pushed.push(await registry.pushReferrer(image, note(text)));

    const found = await registry.referrers(image);

    expect(found.map(({ digest }) => digest)).toEqual(pushed);
    expect(found[0]?.artifactType).toBe(TYPE);
  });
});

describe('a registry that does not', () => {
  it('has an index under the tag that the specification names', async () => {
    fake = await startFakeRegistry();
    const { registry } = setUp(fake);
    const image = imageIn(fake);

    const digest = await registry.pushReferrer(image, note('first'));

    const tag = `acme/train:${image.digest.replace(':', '-')}`;
    const index = fake.state.manifests.get(`acme/train ${fake.state.tags.get(tag)}`);
    expect(index?.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    const [listed] = await registry.referrers(image);
    expect(listed).toMatchObject({ digest, artifactType: TYPE, annotations: { note: 'first' } });
  });

  it('has no referrers of an image that nobody said anything about', async () => {
    fake = await startFakeRegistry();
    const { registry } = setUp(fake);
    const image = imageIn(fake);

    expect(await registry.referrers(image)).toEqual([]);
    expect(countedRequests(fake)).toEqual([
      `GET /v2/acme/train/referrers/${image.digest}`,
      `GET /v2/acme/train/manifests/${image.digest.replace(':', '-')}`,
    ]);
  });

  it('keeps all of twenty that are pushed at once from twenty machines', async () => {
    fake = await startFakeRegistry();
    const image = imageIn(fake);

    const pushed = await Promise.all(
      Array.from({ length: 20 }, (_, number) => client().pushReferrer(image, note(`leg ${number}`))),
    );

    const found = await client().referrers(image);
    expect(found.map(({ digest }) => digest).sort()).toEqual([...pushed].sort());
  });

  it('is written once for what one process adds at once', async () => {
    fake = await startFakeRegistry();
    const { registry } = setUp(fake);
    const image = imageIn(fake);

    const pushed = await Promise.all(['a', 'b', 'c'].map((text) => registry.pushReferrer(image, note(text))));

    expect((await registry.referrers(image)).map(({ digest }) => digest).sort()).toEqual([...pushed].sort());
  });

  it('gets back what another client wrote over', async () => {
    fake = await startFakeRegistry();
    const { registry } = setUp(fake);
    const image = imageIn(fake);
    const tag = `acme/train:${image.digest.replace(':', '-')}`;
    const earlier = await registry.pushReferrer(image, note('earlier'));
    const standing = fake.state.tags.get(tag) as string;
    let writes = 0;
    fake.before(({ method, path }) => {
      const isIndex = path.includes('/manifests/sha256-');
      if (method === 'PUT' && isIndex) writes += 1;
      // Somebody who had read the index before writes it the first time that it is looked at again.
      if (method === 'GET' && isIndex && writes === 1) fake.state.tags.set(tag, standing);
    });

    const digest = await registry.pushReferrer(image, note('mine'));

    const found = await registry.referrers(image);
    expect(found.map((one) => one.digest).sort()).toEqual([earlier, digest].sort());
    expect(writes).toBe(2);
  });

  it('refuses a tag that somebody used for an image', async () => {
    fake = await startFakeRegistry();
    const { registry } = setUp(fake);
    const image = imageIn(fake);
    fake.seed('acme/train', image.digest.replace(':', '-'), {});

    await expect(registry.pushReferrer(image, note('first'))).rejects.toThrow(
      'is an image and no list of artifacts',
    );
  });
});

describe('the tags of a repository', () => {
  it('are read page by page, and a repository that is not there has none', async () => {
    fake = await startFakeRegistry();
    const { registry, repository } = setUp(fake);
    for (const tag of ['c', 'a', 'e', 'b', 'd']) fake.seed('acme/train', tag, { annotations: { tag } });

    expect(await registry.tags(repository)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await registry.tags({ ...repository, path: 'acme/other' })).toEqual([]);
  });
});
