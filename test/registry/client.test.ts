import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendLayers } from '../../src/oci/append.ts';
import { idOf } from '../../src/oci/canonical.ts';
import { makeIndex } from '../../src/oci/image-index.ts';
import type { Digest, Image } from '../../src/oci/types.ts';
import { fakeClock } from '../fakes/clock.ts';
import { MANNERS } from '../fakes/registry-manners.ts';
import { digestOf, type FakeRegistry, startFakeRegistry } from '../fakes/registry-server.ts';
import { countedRequests, imageOf, LINUX, layerOf, type Setup, setUp } from './setup.ts';

const ENV_TAG = 'env-0123456789abcdef';
const JOB_TAG = 'train-0123456789abcdef';
const ID = idOf('the job');

let fake: FakeRegistry;

beforeEach(async () => {
  fake = await startFakeRegistry();
});

afterEach(async () => {
  await fake.close();
});

/** What the story asks of a registry for one changed file. */
async function appendAndPush({ registry, repository }: Setup, base: string | Digest) {
  const isDigest = base.startsWith('sha256:');
  await registry.resolve(
    { ...repository, path: 'library/python', ...(isDigest ? { digest: base as Digest } : { tag: base }) },
    LINUX,
  );
  await registry.find({ ...repository, tag: JOB_TAG });
  const environment = (await registry.find({ ...repository, tag: ENV_TAG })) as Image;
  const parent = await registry.pull(environment);
  const image = appendLayers(parent, [layerOf('code')], {
    labels: new Map(),
    annotations: new Map([['dev.jobimg.id', ID]]),
    epoch: 315532800,
    createdBy: () => 'jobimg code',
  });
  return { image, pushed: await registry.push(repository, image, JOB_TAG) };
}

describe('resolve', () => {
  it('gives the digest of the image for the platform in an index, in one request', async () => {
    const { registry, repository } = setUp(fake);
    const base = fake.seed('acme/train', '3.13', { index: true });

    const digest = await registry.resolve({ ...repository, tag: '3.13' }, LINUX);

    expect(digest).toBe(base.manifest);
    expect(countedRequests(fake)).toEqual(['GET /v2/acme/train/manifests/3.13']);
  });

  it('gives the digest of a single image in one request', async () => {
    const { registry, repository } = setUp(fake);
    const base = fake.seed('acme/train', '3.13', {});

    const digest = await registry.resolve({ ...repository, tag: '3.13' }, LINUX);

    expect(digest).toBe(base.digest);
    expect(fake.requests).toHaveLength(1);
  });

  it('takes `latest` when nothing is said', async () => {
    const { registry, repository } = setUp(fake);
    const base = fake.seed('acme/train', 'latest', {});

    expect(await registry.resolve(repository, LINUX)).toBe(base.digest);
  });

  it('says undefined for what is not there', async () => {
    const { registry, repository } = setUp(fake);

    expect(await registry.resolve({ ...repository, tag: 'gone' }, LINUX)).toBeUndefined();
  });

  it('names the platforms there are when the wanted one is missing', async () => {
    const { registry, repository } = setUp(fake);
    fake.seed('acme/train', '3.13', { index: true });

    const asked = registry.resolve({ ...repository, tag: '3.13' }, { os: 'linux', architecture: 's390x' });

    await expect(asked).rejects.toMatchObject({
      message: `the image "${fake.host}/acme/train:3.13" is not available for linux/s390x`,
      findings: [{ code: 'platform-missing', hint: 'it is available for: linux/arm64, linux/amd64' }],
    });
  });

  it('reads the config of a single image when an unusual platform is wanted', async () => {
    const { registry, repository } = setUp(fake);
    fake.seed('acme/train', '3.13', {});

    const asked = registry.resolve({ ...repository, tag: '3.13' }, { os: 'linux', architecture: 'arm64' });

    await expect(asked).rejects.toMatchObject({ findings: [{ hint: 'it is available for: linux/amd64' }] });
  });
});

describe('several platforms', () => {
  const ARM64 = { os: 'linux', architecture: 'arm64' } as const;

  it('of one base are looked up by one request, and the index itself too', async () => {
    const { registry, repository } = setUp(fake);
    const base = fake.seed('acme/train', '3.13', { index: true });
    const reference = { ...repository, tag: '3.13' };

    const [amd64, arm64, index] = await Promise.all([
      registry.resolve(reference, LINUX),
      registry.resolve(reference, ARM64),
      registry.resolve(reference, 'index'),
    ]);

    expect(amd64).toBe(base.manifest);
    expect(arm64).toBe(digestOf('arm'));
    expect(index).toBe(base.digest);
    expect(countedRequests(fake)).toEqual(['GET /v2/acme/train/manifests/3.13']);
  });

  it('with one layer send it once, and are put below an index that is read again', async () => {
    const { registry, repository } = setUp(fake);
    const parent = await parentIn({ registry, repository });
    const images = [appended(parent, 'amd64'), appended(parent, 'arm64')];

    const pushed = await Promise.all(
      images.map((image, number) => registry.push(repository, image, `part-${number}`)),
    );
    const entries = await Promise.all(
      pushed.map(async ({ image }, number) => ({
        ...(await registry.descriptorOf(image)),
        platform: number === 0 ? LINUX : ARM64,
      })),
    );
    const index = await registry.push(
      repository,
      makeIndex(entries, new Map([['dev.jobimg.id', ID]])),
      JOB_TAG,
    );

    const layer = fake.requests.filter(
      ({ method, path }) => method === 'POST' && path.includes(encodeURIComponent(digestOf('code'))),
    );
    expect(layer).toHaveLength(1);
    expect(index.image.id).toBe(ID);
    expect((await registry.indexManifests(index.image))?.map(({ digest }) => digest)).toEqual(
      pushed.map(({ image }) => image.digest),
    );
    expect((await registry.find({ ...repository, tag: JOB_TAG }))?.digest).toBe(index.image.digest);
    expect(await registry.indexManifests(parent.image)).toBeUndefined();
  });
});

describe('find', () => {
  it('reads the id from the annotations, in one request', async () => {
    const { registry, repository } = setUp(fake);
    const seeded = fake.seed('acme/train', JOB_TAG, { annotations: { 'dev.jobimg.id': ID } });

    const found = await registry.find({ ...repository, tag: JOB_TAG });

    expect(found).toEqual({
      ...repository,
      digest: seeded.digest,
      id: ID,
      annotations: new Map([['dev.jobimg.id', ID]]),
    });
    expect(fake.requests).toHaveLength(1);
  });

  it('takes an annotation that is not a digest for no id', async () => {
    const { registry, repository } = setUp(fake);
    fake.seed('acme/train', JOB_TAG, { annotations: { 'dev.jobimg.id': 'sha256:short' } });

    expect(await registry.find({ ...repository, tag: JOB_TAG })).toMatchObject({ id: undefined });
  });
});

describe('requests', () => {
  it('are two when nothing changed', async () => {
    const { registry, repository } = setUp(fake);
    fake.seed('library/python', '3.13', { index: true });
    fake.seed('acme/train', JOB_TAG, { annotations: { 'dev.jobimg.id': ID } });

    await Promise.all([
      registry.resolve({ ...repository, path: 'library/python', tag: '3.13' }, LINUX),
      registry.find({ ...repository, tag: JOB_TAG }),
    ]);

    expect(fake.requests).toHaveLength(2);
  });

  it('are eleven for one changed file', async () => {
    const setup = setUp(fake);
    fake.seed('library/python', '3.13', { index: true });
    const environment = fake.seed('acme/train', ENV_TAG, {});

    const { image, pushed } = await appendAndPush(setup, '3.13');

    expect(pushed).toEqual({ image: { ...setup.repository, digest: digestOf(image.manifest), id: ID } });
    expect(countedRequests(fake).map((line) => line.replace(/uploads\/[^?].*/, 'uploads/…'))).toEqual([
      'GET /v2/library/python/manifests/3.13',
      `GET /v2/acme/train/manifests/${JOB_TAG}`,
      `GET /v2/acme/train/manifests/${ENV_TAG}`,
      `GET /v2/acme/train/blobs/${environment.config}`,
      expect.stringMatching(/^POST .*mount=.*from=acme%2Ftrain/),
      expect.stringMatching(/^POST .*mount=.*from=acme%2Ftrain/),
      'PUT /v2/acme/train/blobs/uploads/…',
      'PUT /v2/acme/train/blobs/uploads/…',
      `HEAD /v2/acme/train/manifests/${JOB_TAG}`,
      `PUT /v2/acme/train/manifests/${JOB_TAG}`,
      `HEAD /v2/acme/train/manifests/${JOB_TAG}`,
    ]);
  });

  it('are none for the size of an image that was pushed a moment ago', async () => {
    const { registry, repository } = setUp(fake);
    const image = appended(await parentIn({ registry, repository }));
    const pushed = await registry.push(repository, image, JOB_TAG);
    const before = fake.requests.length;

    expect(await registry.indexManifests(pushed.image)).toBeUndefined();
    expect((await registry.manifest(pushed.image)).layers.length).toBeGreaterThan(1);
    expect(fake.requests.length).toBe(before);
  });

  it('are nine where whoever writes the tag writes the same, and the registry says what it stored', async () => {
    const { registry, repository } = setUp(fake);
    fake.seed('acme/train', ENV_TAG, {});
    const image = appended(await parentIn({ registry, repository }));
    const before = fake.requests.length;

    const pushed = await registry.push(repository, image, JOB_TAG, undefined, true);

    expect(pushed.image.digest).toBe(digestOf(image.manifest));
    // Base, image, environment and its config are the other four.
    expect(
      countedRequests(fake)
        .slice(before)
        .map((line) => line.replace(/uploads\/.*/, 'uploads/')),
    ).toEqual([
      'POST /v2/acme/train/blobs/uploads/',
      'POST /v2/acme/train/blobs/uploads/',
      'PUT /v2/acme/train/blobs/uploads/',
      'PUT /v2/acme/train/blobs/uploads/',
      `PUT /v2/acme/train/manifests/${JOB_TAG}`,
    ]);
  });

  it('leave an image under a tag that is not written twice, also where all write the same', async () => {
    await fake.close();
    fake = await startFakeRegistry({
      manner: MANNERS['Amazon ECR'],
    });
    const { registry, repository } = setUp(fake);
    const image = appended(await parentIn({ registry, repository }));
    const there = fake.seed('acme/train', JOB_TAG, { annotations: { old: 'yes' } });

    const kept = await registry.push(repository, image, JOB_TAG, undefined, true);
    const refused = registry.push(repository, image, JOB_TAG, there.digest as Digest, true);

    expect(kept.other).toBe(there.digest);
    await expect(refused).rejects.toThrow();
  });

  it('are eleven after authentication, and no call is made twice for it', async () => {
    await fake.close();
    fake = await startFakeRegistry({ auth: 'token' });
    const setup = setUp(fake);
    fake.seed('library/python', '3.13', { index: true });
    fake.seed('acme/train', ENV_TAG, {});

    await appendAndPush(setup, '3.13');

    const authorized = fake.requests.filter(
      ({ token, authorization }) => !token && authorization !== undefined,
    );
    expect(authorized).toHaveLength(11);
    expect(fake.requests.filter(({ token }) => token)).toHaveLength(3);
    expect(fake.requests).toHaveLength(11 + 3 + 1);
  });
});

describe('push', () => {
  it('stores bytes whose digest is the one that is returned', async () => {
    const setup = setUp(fake);
    fake.seed('library/python', '3.13', {});
    fake.seed('acme/train', ENV_TAG, {});

    const { image, pushed } = await appendAndPush(setup, '3.13');

    expect(fake.state.tags.get(`acme/train:${JOB_TAG}`)).toBe(pushed.image.digest);
    expect(fake.state.manifests.get(`acme/train ${pushed.image.digest}`)?.bytes).toEqual(
      Buffer.from(image.manifest),
    );
    expect(fake.state.blobs.get(`acme/train ${digestOf('code')}`)).toEqual(Buffer.from('code'));
  });

  it.each([400, 401, 403, 404, 405, 500])(
    'uploads where mounts are refused with %d, without waiting',
    async (mountStatus) => {
      await fake.close();
      fake = await startFakeRegistry({ mountStatus });
      const { registry, repository, lines } = setUp(fake);
      const image = imageOf('code');

      const pushed = await registry.push(repository, image, JOB_TAG);

      expect(fake.state.tags.get(`acme/train:${JOB_TAG}`)).toBe(pushed.image.digest);
      expect(lines).toEqual([]);
    },
  );

  it('does not upload what is there', async () => {
    const setup = setUp(fake);
    fake.seed('library/python', '3.13', {});
    fake.seed('acme/train', ENV_TAG, {});
    fake.state.blobs.set(`acme/train ${digestOf('code')}`, Buffer.from('code'));

    await appendAndPush(setup, '3.13');

    expect(fake.requests.filter(({ method }) => method === 'PUT')).toHaveLength(2);
  });

  it.each([
    ['while the blobs were sent', /^PUT .*blobs/],
    ['between the look and the push', /^PUT .*manifests/],
  ])('keeps an image that another client put there %s, and says so', async (_, at) => {
    const { registry, repository } = setUp(fake);
    const image = appended(await parentIn({ registry, repository }));
    await registry.find({ ...repository, tag: JOB_TAG });
    let theirs: string | undefined;
    fake.before(({ method, path }) => {
      if (theirs !== undefined || !at.test(`${method} ${path}`)) return;
      theirs = fake.seed('acme/train', JOB_TAG, { annotations: { 'dev.jobimg.id': ID } }).digest;
      // What comes a moment later wins in a registry, so the other client comes a moment later.
      if (at.source.includes('manifests')) win(theirs);
    });

    const pushed = await registry.push(repository, image, JOB_TAG);

    expect(pushed).toEqual({ image: { ...repository, digest: theirs, id: ID }, other: theirs });
    expect(fake.state.tags.get(`acme/train:${JOB_TAG}`)).toBe(theirs);
  });

  /** After our own push. */
  function win(digest: string): void {
    fake.before(({ method }) => {
      if (method === 'HEAD') fake.state.tags.set(`acme/train:${JOB_TAG}`, digest);
    });
  }

  it('is done when it cannot be read back, but the registry said the digest', async () => {
    const { registry, repository } = setUp(fake);
    const image = imageOf('code');
    fake.before(({ method, path }) => {
      const at = fake.requests.length;
      if (method === 'PUT' && path.includes('manifests'))
        fake.fault(at, { kind: 'status', status: 503 }, Number.POSITIVE_INFINITY);
    });

    const pushed = await registry.push(repository, image, JOB_TAG);

    expect(fake.state.tags.get(`acme/train:${JOB_TAG}`)).toBe(pushed.image.digest);
  });

  it('waits for a registry that shows blobs 2 s after they were sent', async () => {
    const clock = fakeClock();
    await fake.close();
    fake = await startFakeRegistry({ lag: { now: clock.now, blobs: 2000 } });
    const { registry, repository } = setUp(fake, { clock });

    const pushed = await registry.push(repository, imageOf('code'), JOB_TAG);

    expect(fake.state.tags.get(`acme/train:${JOB_TAG}`)).toBe(pushed.image.digest);
    expect(clock.slept()).toBeLessThan(5000);
    expect(
      fake.requests.filter(({ method, path }) => method === 'PUT' && path.includes('blobs')),
    ).toHaveLength(2);
  });

  it('reads by its digest what is seen 5 s after it was pushed', async () => {
    const clock = fakeClock();
    await fake.close();
    fake = await startFakeRegistry({ lag: { now: clock.now, manifests: 5000 } });
    const { registry, repository } = setUp(fake, { clock });
    const { image } = await registry.push(repository, imageOf('code'), JOB_TAG);
    const other = setUp(fake, { clock });
    await other.registry.pushRefusal(repository);

    const found = await other.registry.find({ ...repository, digest: image.digest });

    expect(found?.digest).toBe(image.digest);
  });

  it('does not wait for a digest that nobody pushed', async () => {
    const { registry, repository, clock } = setUp(fake);

    expect(await registry.find({ ...repository, digest: digestOf('x') as Digest })).toBeUndefined();
    expect(clock.slept()).toBe(0);
  });

  it('writes over what it was told to replace, and nothing else', async () => {
    const { registry, repository } = setUp(fake);
    const image = appended(await parentIn({ registry, repository }));
    const old = fake.seed('acme/train', JOB_TAG, { annotations: { old: 'yes' } });

    const kept = await registry.push(repository, image, JOB_TAG, digestOf('another') as Digest);
    const pushed = await registry.push(repository, image, JOB_TAG, old.digest as Digest);

    expect(kept.other).toBe(old.digest);
    expect(pushed.other).toBeUndefined();
    expect(fake.state.tags.get(`acme/train:${JOB_TAG}`)).toBe(digestOf(image.manifest));
  });

  it('reads the tag once when the registry does not say the digest', async () => {
    await fake.close();
    fake = await startFakeRegistry({ digestHeader: false });
    const { registry, repository } = setUp(fake);
    const image = appended(await parentIn({ registry, repository }));

    const pushed = await registry.push(repository, image, JOB_TAG);

    expect(pushed.image.digest).toBe(digestOf(image.manifest));
    expect(countedRequests(fake).slice(-2)).toEqual([
      `HEAD /v2/acme/train/manifests/${JOB_TAG}`,
      `GET /v2/acme/train/manifests/${JOB_TAG}`,
    ]);
  });

  it('uploads again, once, when the registry misses a blob', async () => {
    const { registry, repository } = setUp(fake);
    const image = appended(await parentIn({ registry, repository }));
    const blobs = fake.requests.length;
    // POST, POST, PUT, PUT, HEAD of the tag, and then the manifest is refused.
    fake.fault(blobs + 5, {
      kind: 'status',
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown"}]}',
    });

    const pushed = await registry.push(repository, image, JOB_TAG);

    expect(fake.state.tags.get(`acme/train:${JOB_TAG}`)).toBe(pushed.image.digest);
  });
});

describe('retag', () => {
  it('puts the same bytes under the other tag', async () => {
    const { registry, repository } = setUp(fake);
    const { digest } = fake.seed('acme/train', `${ENV_TAG}.tmp`, {});

    const pushed = await registry.retag({ ...repository, digest: digest as Digest }, ENV_TAG);

    expect(pushed.image.digest).toBe(digest);
    expect(fake.state.tags.get(`acme/train:${ENV_TAG}`)).toBe(digest);
  });
});

describe('pushRefusal', () => {
  it.each([
    { auth: 'none', mayPush: true },
    { auth: 'token', mayPush: true },
    { auth: 'token', mayPush: false },
    { auth: 'basic', mayPush: false },
  ] as const)('with auth $auth is none: $mayPush, and leaves nothing behind', async ({ auth, mayPush }) => {
    await fake.close();
    fake = await startFakeRegistry({ auth, mayPush });
    const { registry, repository } = setUp(fake);

    const refusal = await registry.pushRefusal(repository);

    expect(refusal?.findings[0]?.code).toBe(mayPush ? undefined : 'registry-denied');
    expect(fake.state.uploads.size).toBe(0);
  });

  it('throws when it cannot be known', async () => {
    const { registry, repository } = setUp(fake);
    fake.fault(0, { kind: 'status', status: 503 }, Number.POSITIVE_INFINITY);

    await expect(registry.pushRefusal(repository)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

async function parentIn({ registry, repository }: Pick<Setup, 'registry' | 'repository'>) {
  fake.seed('acme/train', ENV_TAG, {});
  return registry.pull((await registry.find({ ...repository, tag: ENV_TAG })) as Image);
}

function appended(parent: Awaited<ReturnType<Setup['registry']['pull']>>, createdBy = 'jobimg code') {
  return appendLayers(parent, [layerOf('code')], {
    labels: new Map(),
    annotations: new Map([['dev.jobimg.id', ID]]),
    epoch: 315532800,
    createdBy: () => createdBy,
  });
}
