import { describe, expect, it } from '@jest/globals';
import type { BuildDisks } from '../../../src/disk/disk.ts';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { main } from '../../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const REMOVED = 'the builder was removed with its cache, because the image needs the space';

/** An environment of 4 GB as the registry has it: 10 GB for the engine that fetches it. */
function worldOf(free: number, shared: BuildDisks['shared']): FakeWorld {
  const world = fakeWorld(
    { 'jobimg.yml': 'run: echo hello\nimage: { build: ["true"] }\n' },
    { hosted: true },
  );
  const disk = { folder: '/var/lib/docker', free, device: 1 };
  world.layerSize = 4e9;
  world.disks = { builder: disk, engine: disk, shared };
  return world;
}

function run(world: FakeWorld): ReturnType<typeof main> {
  const registry = { kind: 'repository', text: 'ghcr.io/acme/train' } as const;
  return main({ ...INPUT_DEFAULTS, folder: '/repository', registry }, world.tools);
}

describe('before an image that was built is run', () => {
  it.each([
    ['the engine has no room beside the builder', 9e9, 'released', true],
    ['there is room for both', 11e9, 'released', false],
    ['the builder stays with the machine', 9e9, 'none', false],
    ['the engine is the builder', 9e9, 'fetched', false],
  ] as const)('the builder goes only where it has to: %s', async (_, free, shared, goes) => {
    const world = worldOf(free, shared);

    await run(world);

    expect(world.builds.includes('release')).toBe(goes);
    expect(world.lines.includes(REMOVED)).toBe(goes);
  });

  it('it stays when the job runs on the engine of another machine', async () => {
    const world = worldOf(9e9, 'released');

    await run({ ...world, tools: { ...world.tools, isHere: async () => false } });

    expect(world.builds).not.toContain('release');
  });

  it('nothing is asked when the image was there', async () => {
    const world = worldOf(9e9, 'released');
    await run(world);
    world.builds.length = 0;

    await run(world);

    expect(world.builds).toEqual([]);
  });
});
