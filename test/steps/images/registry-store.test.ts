import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { pushRight, READ_ONLY } from '../../../src/steps/images/push-right.ts';
import { RegistryStore } from '../../../src/steps/images/registry-store.ts';
import type { Registry, Tools } from '../../../src/tools.ts';
import { plannedWorld, REPOSITORY } from './plans.ts';

function storeOf(tools: Tools): RegistryStore {
  const right = pushRight(REPOSITORY, tools.registry);
  return new RegistryStore({ repository: REPOSITORY, right, noCache: false }, tools);
}

function withRegistry(tools: Tools, changes: Partial<Registry>): Tools {
  return { ...tools, registry: { ...tools.registry, ...changes } };
}

const DENIED = new UserError('GET manifest: DENIED (403)', { code: 'registry-denied' });

describe('an image that is built', () => {
  it('gets its tag last: pushed under another one, read back by digest, and tagged', async () => {
    const { world, environment, to } = await plannedWorld();

    const { digest } = await storeOf(world.tools).build(environment.build, to);

    expect(world.builds).toEqual([`${to.tag}.tmp`]);
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
      findings: [{ code: 'push-not-verified' }],
    });
    expect(world.tags.size).toBe(0);
  });

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
    expect(store.findings).toMatchObject([{ level: 'warning', code: 'not-reproducible' }]);
  });
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
