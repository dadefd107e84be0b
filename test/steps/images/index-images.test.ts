import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { main } from '../../../src/steps/main.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { REPOSITORY } from './plans.ts';

describe('an index', () => {
  it.each([
    ['a layer with the code', ''],
    ['steps that follow the code', ', setup: [make]'],
  ])('is put when every image that it holds stands under its own tag: %s', async (_, image) => {
    const world = fakeWorld({
      'jobimg.yml': `run: x\nimage: { packages: [six], platforms: [linux/amd64, linux/arm64]${image} }\n`,
      'train.py': '1\n',
    });
    const { registry } = world.tools;
    const push = registry.push.bind(registry);
    const missing: string[] = [];
    Object.assign(registry, {
      push: async (...[to, bytes, tag, replaces]: Parameters<typeof push>) => {
        const { manifests = [] } = JSON.parse(new TextDecoder().decode(bytes.manifest));
        const tagged = new Set<string>(world.tags.values());
        for (const { digest } of manifests) if (!tagged.has(digest)) missing.push(`${digest} of ${tag}`);
        return push(to, bytes, tag, replaces);
      },
    });
    const text = `${REPOSITORY.registry}/${REPOSITORY.path}`;
    const inputs = {
      ...INPUT_DEFAULTS,
      folder: '/repository',
      registry: { kind: 'repository', text },
      until: 'image',
    } as const;

    const { images } = await main(inputs, world.tools);

    const own = images.get('train')?.image;
    expect(own && (await registry.indexManifests(own))).toHaveLength(2);
    expect(missing).toEqual([]);
  });
});
