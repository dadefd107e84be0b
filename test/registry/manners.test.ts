import { afterEach, describe, expect, it } from '@jest/globals';
import type { Digest } from '../../src/oci/types.ts';
import { TEMPORARY_TAG } from '../../src/steps/images/registry-store.ts';
import { MANNERS, type Manner } from '../fakes/registry-manners.ts';
import { type FakeRegistry, startFakeRegistry } from '../fakes/registry-server.ts';
import { setUp } from './setup.ts';
import { ensureImage, PATH, worldOf, writesOf } from './world.ts';

const ALL: readonly (readonly [string, Manner])[] = Object.entries(MANNERS);

let fake: FakeRegistry;

afterEach(() => fake.close());

async function start(manner: Manner, isMade = true): Promise<void> {
  fake = await startFakeRegistry({ manner });
  if (manner.mustExist !== undefined && isMade) fake.state.repositories.add(PATH);
}

describe.each(ALL)('%s', (_, manner) => {
  it('takes a first push, to a repository that is new unless it has to be made before', async () => {
    await start(manner);

    const { image, world } = await ensureImage(fake, { inputs: { tags: ['latest'] } });

    expect(image?.made).toBe('pushed');
    expect(world.builds).toHaveLength(1);
    expect(fake.state.tags.get(`${PATH}:latest`)).toBe(image?.image?.digest);
    expect(fake.state.tags.get(`${PATH}:${image?.tag}`)).toBe(image?.image?.digest);
    expect(fake.state.tags.has(`${PATH}:train.last`)).toBe(true);
    expect(world.lines).toEqual([]);
  });

  it('is only read when nothing changed, also by who may not push', async () => {
    await start(manner);
    const first = await ensureImage(fake);

    for (const user of ['user', 'reader'] as const) {
      const { image, world, asked } = await ensureImage(fake, { user });

      expect(image).toMatchObject({ made: 'found', reference: first.image?.reference });
      expect(world.builds).toEqual([]);
      expect(writesOf(asked)).toEqual([]);
    }
  });

  it('gets the layer of changed code, and nothing is built', async () => {
    await start(manner);
    const first = await ensureImage(fake);

    const { image, world } = await ensureImage(fake, { code: '2' });

    expect(image).toMatchObject({ made: 'pushed', cache: 'environment' });
    expect(image?.reference).not.toBe(first.image?.reference);
    expect(world.builds).toEqual([]);
  });

  it('says before a build that the login may not push', async () => {
    await start(manner);

    const ran = ensureImage(fake, { user: 'reader' });

    await expect(ran).rejects.toMatchObject({
      kind: 'input',
      findings: [{ code: 'no-push-rights', hint: expect.stringContaining('`registry: none`') }],
    });
    expect(fake.state.tags.size).toBe(0);
  });

  it('gives manifest, config and layers by their digests', async () => {
    await start(manner);
    const { image } = await ensureImage(fake);
    const { registry, repository } = setUp(fake);

    const found = await registry.find({ ...repository, digest: image?.image?.digest as Digest });
    const parent = await registry.pull(found as NonNullable<typeof found>);
    const sizes = await Promise.all(
      parent.manifest.layers.map(async (layer) => {
        let size = 0;
        for await (const chunk of await registry.blob(repository, layer)) size += chunk.length;
        return size;
      }),
    );

    expect(found?.id).toBe(image?.image?.id);
    expect(sizes).toEqual(parent.manifest.layers.map(({ size }) => size));
  });

  it('gives the blobs of a push that was cut off to the next one', async () => {
    await start(manner);
    let isCut = false;
    fake.before(({ method, path }) => {
      isCut ||= method === 'PUT' && /manifests\/train-/.test(path);
      if (isCut) fake.fault(fake.requests.length - 1, { kind: 'status', status: 501 });
    });
    await expect(ensureImage(fake)).rejects.toMatchObject({ kind: 'unavailable' });
    const uploads = () => writesOf(fake.requests).filter((line) => /^PUT .*\/blobs\//.test(line));
    const before = uploads().length;
    fake.before(() => {
      fake.fault(fake.requests.length - 1, { kind: 'header', name: 'x-none', value: undefined });
    });

    const { image } = await ensureImage(fake);

    const mounts = manner.mount === undefined && manner.mounts !== false;
    expect(image?.made).toBe('pushed');
    expect(uploads().length - before).toBe(mounts ? 0 : before);
  });
});

describe.each(ALL.filter(([, { mustExist }]) => mustExist !== undefined))('%s', (_, manner) => {
  it('says before a build that the repository has to be made', async () => {
    await start(manner, false);
    const world = worldOf(fake, {});

    const ran = ensureImage(fake);

    await expect(ran).rejects.toMatchObject({
      kind: 'input',
      findings: [{ hint: 'create the repository "acme/train" in the registry first' }],
    });
    expect(world.builds).toEqual([]);
  });
});

describe.each(ALL.filter(([, { immutable }]) => immutable !== undefined))('%s', (_, manner) => {
  it('whose tags are not written twice keeps them, and says what to do', async () => {
    await start(manner);
    const first = await ensureImage(fake, { drift: 'first' });
    const { tags } = fake.state;
    const before = tags.get(`${PATH}:${first.image?.environment?.tag}`);

    const again = ensureImage(fake, { drift: 'second', inputs: { rebuild: true } });

    await expect(again).rejects.toMatchObject({
      findings: [{ hint: expect.stringContaining('does not let this tag be written again') }],
    });
    expect(tags.get(`${PATH}:${first.image?.environment?.tag}`)).toBe(before);
  });

  it('uses the image of a client that was first', async () => {
    await start(manner);
    let theirs: string | undefined;
    fake.before(({ method, path }) => {
      const [, tag] = /manifests\/(env-\w+)$/.exec(path) ?? [];
      if (method !== 'PUT' || tag === undefined) return;
      const mine = fake.state.tags.get(`${PATH}:${TEMPORARY_TAG}`);
      const bytes = fake.state.manifests.get(`${PATH} ${mine}`)?.bytes.toString() ?? '{}';
      const { annotations } = JSON.parse(bytes) as { annotations: Record<string, string> };
      theirs = fake.seed(PATH, tag, { annotations: { ...annotations, theirs: 'yes' } }).digest;
    });

    const { findings } = await ensureImage(fake);

    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'not-reproducible',
        message: expect.stringContaining(theirs ?? 'nothing'),
      }),
    );
  });
});

describe('Docker Hub', () => {
  /** https://github.com/docker/hub-feedback/issues/2464 */
  it('whose limit is reached is asked again for a while, and then quoted', async () => {
    await start(MANNERS['Docker Hub']);
    fake.fault(
      0,
      {
        kind: 'status',
        status: 429,
        headers: {
          'content-type': 'application/json',
          'ratelimit-limit': '100;w=21600',
          'ratelimit-remaining': '0;w=21600',
        },
        body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}',
      },
      Number.POSITIVE_INFINITY,
    );

    await expect(ensureImage(fake)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(
        /TOOMANYREQUESTS: You have reached your pull rate limit.* \(tried \d+ times/,
      ),
    });
    expect(fake.requests.length).toBeLessThan(30);
  });
});
