import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { EngineStore } from '../../../src/steps/images/engine-store.ts';
import { findHit } from '../../../src/steps/images/ensure-context.ts';
import { findImage, type ImageStore } from '../../../src/steps/images/image-store.ts';
import { pushRight } from '../../../src/steps/images/push-right.ts';
import { RegistryStore } from '../../../src/steps/images/registry-store.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { plannedWorld, REPOSITORY } from './plans.ts';

interface Kind {
  readonly name: string;
  connect(tools: Tools): ImageStore;
  /** What the store asks for the image under a tag. */
  replaceFind(tools: Tools, find: (tag: string) => Promise<undefined>): Tools;
}

const KINDS: readonly Kind[] = [
  {
    name: 'a registry',
    connect: (tools) => {
      const right = pushRight(REPOSITORY, tools.registry);
      return new RegistryStore({ repository: REPOSITORY, right, noCache: false }, tools);
    },
    replaceFind: (tools, find) => ({
      ...tools,
      registry: { ...tools.registry, find: ({ tag = '' }) => find(tag) },
    }),
  },
  {
    name: 'the local engine',
    connect: (tools) => new EngineStore({ noCache: false }, tools),
    replaceFind: (tools, find) => ({ ...tools, engine: { ...tools.engine, find } }),
  },
];

describe.each(KINDS)('images in $name', ({ connect, replaceFind }) => {
  it('are found by the id that they were built with, under the tag of it', async () => {
    const { world, environment, to } = await plannedWorld();
    const built = await connect(world.tools).build(environment.build, to);

    const found = await findImage(environment, connect(world.tools));

    expect(found).toMatchObject({ digest: built.digest, id: to.id });
  });

  it('are none where nothing stands under the tag', async () => {
    const { world, environment } = await plannedWorld();

    expect(await findImage(environment, connect(world.tools))).toBeUndefined();
  });

  it('are none where what stands there has another id: the first 16 digits are not the whole', async () => {
    const { world, environment, to } = await plannedWorld();
    const other = { tag: to.tag, id: sha256('other') };
    await connect(world.tools).build(environment.build, other);
    const store = connect(world.tools);

    expect(await findImage(environment, store)).toBeUndefined();
    expect(await store.find(to.tag)).toMatchObject({ id: other.id });
  });

  it('are unknown where the store cannot be asked, and asked for again', async () => {
    const { world, environment, to } = await plannedWorld();
    const asked: string[] = [];
    const store = connect(
      replaceFind(world.tools, async (tag) => {
        asked.push(tag);
        if (asked.length === 1) throw new UserError('nobody answers', { kind: 'unavailable' });
        return undefined;
      }),
    );

    await expect(findImage(environment, store)).rejects.toThrow('nobody answers');
    expect(await findImage(environment, store)).toBeUndefined();
    expect(asked).toEqual([to.tag, to.tag]);
  });

  it('are asked for once by each store', async () => {
    const { world, environment, to } = await plannedWorld();
    const asked: string[] = [];
    const store = connect(replaceFind(world.tools, async (tag) => void asked.push(tag)));

    await Promise.all([findImage(environment, store), store.find(to.tag)]);
    await findImage(environment, store);

    expect(asked).toEqual([to.tag]);
  });

  it('without an id are looked for by nobody', async () => {
    const { world, environment } = await plannedWorld();
    const asked: string[] = [];
    const store = connect(replaceFind(world.tools, async (tag) => void asked.push(tag)));

    for (const unknown of [{ id: undefined }, { tag: undefined }, { id: undefined, tag: undefined }]) {
      await expect(findImage({ ...environment, ...unknown }, store)).rejects.toMatchObject({
        kind: 'usage',
        message: 'the image has no id, because its base is not resolved',
        findings: [{ hint: 'run without --offline' }],
      });
    }
    expect(asked).toEqual([]);
  });

  it('are used as they are, unless everything is to be built again', async () => {
    const { world, environment, to } = await plannedWorld();
    await connect(world.tools).build(environment.build, to);
    const store = connect(world.tools);

    expect(await findHit(environment, { store, rebuild: false })).toMatchObject({ id: to.id });
    expect(await findHit(environment, { store, rebuild: true })).toBeUndefined();
  });
});
