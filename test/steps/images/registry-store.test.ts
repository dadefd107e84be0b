import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { Job } from '../../../src/jobspec/job/job.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { pushRight, READ_ONLY } from '../../../src/steps/images/push-right.ts';
import { RegistryStore, TEMPORARY_TAG } from '../../../src/steps/images/registry-store.ts';
import type { Builder } from '../../../src/tools/builder.ts';
import type { Registry } from '../../../src/tools/registry.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { plannedWorld, REPOSITORY } from './plans.ts';

type BuildRequest = Parameters<Builder['build']>[0];

function storeOf(tools: Tools): RegistryStore {
  const right = pushRight(REPOSITORY, tools.registry);
  return new RegistryStore({ repository: REPOSITORY, right, noCache: false }, tools);
}

function withRegistry(tools: Tools, changes: Partial<Registry>): Tools {
  return { ...tools, registry: { ...tools.registry, ...changes } };
}

const DENIED = new UserError('GET manifest: DENIED (403)', { code: 'registry-denied' });

describe('an image that is built', () => {
  it('gets its tag last: pushed by digest, read back, and tagged', async () => {
    const { world, environment, to } = await plannedWorld();

    const { digest } = await storeOf(world.tools).build(environment.build, to);

    expect(world.builds).toEqual([TEMPORARY_TAG]);
    expect(world.asked).toEqual([`find ${digest}`, `find ${to.tag}`, `retag ${to.tag}`]);
    expect([...world.tags]).toEqual([[`ghcr.io/acme/train:${to.tag}`, digest]]);
  });

  it.each([
    ['is not there', async () => undefined],
    [
      'is not what was built',
      async () => ({ ...REPOSITORY, digest: sha256('x'), id: sha256('y'), annotations: new Map() }),
    ],
  ])('and %s is never tagged', async (problem, find) => {
    const { world, environment, to } = await plannedWorld();

    const building = storeOf(withRegistry(world.tools, { find })).build(environment.build, to);

    await expect(building).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(new RegExp(`pushed as .* ${problem}$`)),
      findings: [{ code: 'push-not-verified', hint: expect.stringContaining('lost or changed it') }],
    });
    await expect(building).rejects.toThrow('pushed as ghcr.io/acme/train@sha256:');
    expect(world.tags.size).toBe(0);
  });

  it('and is not pushed is a bug of the builder', async () => {
    const { world, environment, to } = await plannedWorld();
    const build: Builder['build'] = async () => ({ kind: 'loaded', engineId: sha256('x') });
    const tools = { ...world.tools, builder: { ...world.tools.builder, build } };

    await expect(storeOf(tools).build(environment.build, to)).rejects.toThrow(
      `the builder pushed nothing for ${to.id}`,
    );
    expect(world.tags.size).toBe(0);
  });

  it.each([true, false])(
    'is asked of the builder by its plan, id and place, with its cache or not: %s',
    async (noCache) => {
      const { world, environment, to } = await plannedWorld();
      const requests: BuildRequest[] = [];
      const build: Builder['build'] = (request) => {
        requests.push(request);
        return world.tools.builder.build(request);
      };
      const tools = { ...world.tools, builder: { ...world.tools.builder, build } };
      const right = pushRight(REPOSITORY, tools.registry);

      await new RegistryStore({ repository: REPOSITORY, right, noCache }, tools).build(environment.build, to);

      expect(requests).toEqual([
        {
          plan: environment.build,
          id: to.id,
          to: { kind: 'registry', repository: REPOSITORY, tag: TEMPORARY_TAG },
          noCache,
        },
      ]);
    },
  );

  it('is built by nobody who may not push it', async () => {
    const { world, environment, to } = await plannedWorld();
    world.mayPush = false;

    const building = storeOf(world.tools).build(environment.build, to);

    await expect(building).rejects.toMatchObject({ findings: [{ code: 'no-push-rights' }] });
    expect([world.builds, world.asked]).toEqual([[], []]);
  });

  it('replaces what was seen under its tag, and nothing that came meanwhile', async () => {
    const { world, environment, to } = await plannedWorld();
    const name = `ghcr.io/acme/train:${to.tag}`;
    const store = storeOf(world.tools);
    await store.find(to.tag);
    world.tags.set(name, sha256('another build'));

    const { digest } = await store.build(environment.build, to);

    expect(digest).toBe(sha256('another build'));
    expect(world.tags.get(name)).toBe(digest);
    expect(store.findings).toEqual([
      {
        level: 'warning',
        code: 'not-reproducible',
        message: expect.stringMatching(
          new RegExp(`^another build pushed ${digest} to the tag ${to.tag} first; this build gave sha256:`),
        ),
        hint: expect.stringContaining('something in the build is not pinned'),
      },
    ]);
  });

  it('is told once where nobody else has pushed: its tag is replaced, as it was seen', async () => {
    const { world, environment, to } = await plannedWorld();
    await storeOf(world.tools).build(environment.build, { tag: to.tag, id: sha256('earlier') });
    const store = storeOf(world.tools);

    const { digest } = await store.build(environment.build, to);

    expect(world.tags.get(`ghcr.io/acme/train:${to.tag}`)).toBe(digest);
    expect(store.findings).toEqual([]);
  });
});

describe('an image that was put together here', () => {
  const image = {
    blobs: [],
    manifest: new TextEncoder().encode('{"annotations":{}}'),
    mediaType: 'manifest',
  };

  it('is pushed under its tag, over what was seen there', async () => {
    const { world } = await plannedWorld();
    const store = storeOf(world.tools);

    const { digest } = await store.put(image, 'train-1');

    expect(digest).toBe(sha256(image.manifest));
    expect(world.asked).toEqual(['find train-1', 'push train-1']);
    const other = { ...image, manifest: new TextEncoder().encode('{}') };
    expect(await storeOf(world.tools).put(other, 'train-1')).toMatchObject({ digest: sha256('{}') });
  });

  it('is the one that came first where another build was faster', async () => {
    const { world } = await plannedWorld();
    const store = storeOf(world.tools);
    await store.find('train-1');
    world.tags.set('ghcr.io/acme/train:train-1', sha256('first'));

    expect(await store.put(image, 'train-1')).toMatchObject({ digest: sha256('first') });
    expect(store.findings).toMatchObject([
      { code: 'not-reproducible', message: expect.stringContaining(sha256(image.manifest)) },
    ]);
  });
});

describe('an image of a registry', () => {
  it('is read by its digest, and named by it', async () => {
    const { world, image, environment, to } = await plannedWorld();
    const store = storeOf(world.tools);
    const made = await store.build(environment.build, to);
    const plain = { ...REPOSITORY, digest: made.digest };

    expect(await store.findDigest(made.digest)).toMatchObject({ ...plain, id: to.id });
    expect(store.nameOf(made)).toEqual({ reference: `ghcr.io/acme/train@${made.digest}`, image: made });
    expect(store.baseReference(made)).toBe(made);
    expect(await store.descriptorOf(made)).toMatchObject({ digest: made.digest });
    expect(await store.parent(made)).toMatchObject({ image: made });
    expect(await store.indexManifests(made)).toEqual([]);
    expect(await store.select(job(), image)).toBe(image);
  });

  it('that is an index has the manifests which the registry says', async () => {
    const { world } = await plannedWorld();
    const manifests = [{ mediaType: 'manifest', digest: sha256('one'), size: 1 }];
    const store = storeOf(withRegistry(world.tools, { indexManifests: async () => manifests }));

    expect(await store.indexManifests({ ...REPOSITORY, digest: sha256('x') })).toBe(manifests);
  });

  /** Nothing of it is asked for. */
  function job(): Job {
    return {} as Job;
  }
});

describe('a tag that may not be read', () => {
  /** Denied until the right to push was asked for. */
  function denying(tools: Tools): { readonly tools: Tools; readonly asked: string[] } {
    const asked: string[] = [];
    const changed = withRegistry(tools, {
      find: async ({ tag }) => {
        asked.push(`find ${tag}`);
        if (!asked.includes('right')) throw DENIED;
        return undefined;
      },
      pushRefusal: async (to) => {
        asked.push('right');
        return tools.registry.pushRefusal(to);
      },
    });
    return { tools: changed, asked };
  }

  it('is read again with the right to push, and then is none', async () => {
    const { world } = await plannedWorld();
    const { tools, asked } = denying(world.tools);

    expect(await storeOf(tools).find('env-1')).toBeUndefined();
    expect(asked).toEqual(['find env-1', 'right', 'find env-1']);
  });

  it('is unknown to who may not push either', async () => {
    const { world } = await plannedWorld();
    world.mayPush = false;
    const { tools, asked } = denying(world.tools);

    await expect(storeOf(tools).find('env-1')).rejects.toMatchObject({
      findings: [{ code: 'no-push-rights' }],
    });
    expect(asked).toEqual(['find env-1', 'right']);
  });

  it('is unknown to who only looks, and asks for no right', async () => {
    const { world, environment, to } = await plannedWorld();
    const { tools, asked } = denying(world.tools);
    const store = new RegistryStore({ repository: REPOSITORY, right: READ_ONLY, noCache: false }, tools);

    await expect(store.find('env-1')).rejects.toBe(DENIED);
    await expect(store.build(environment.build, to)).rejects.toThrow('who only looks');
    expect([asked, world.builds]).toEqual([['find env-1'], []]);
  });
});
