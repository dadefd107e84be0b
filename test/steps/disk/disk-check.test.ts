import { describe, expect, it } from '@jest/globals';
import type { BuildDisks, Disk } from '../../../src/disk/disk.ts';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { main } from '../../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const GB = 1e9;
const LOCK = [
  'lock-version = "1.0"',
  '[[packages]]',
  'name = "torch"',
  'version = "2.7.1"',
  `wheels = [{ name = "torch-2.7.1-py3-none-any.whl", size = ${GB}, hashes = { sha256 = "${'a'.repeat(64)}" } }]`,
].join('\n');

/** A base of 4 GB and wheels of 1 GB: 12.5 GB compressed and unpacked. */
function worldOf(free: number, image = '', hosted = true): FakeWorld {
  const world = fakeWorld(
    {
      'jobimg.yml': `run: python train.py\nimage: { requirements: pylock.toml${image} }\n`,
      'pylock.toml': LOCK,
      'train.py': 'print("hello")\n',
    },
    { hosted },
  );
  world.layerSize = 4 * GB;
  setFree(world, free);
  return world;
}

function call(world: FakeWorld, changes: Partial<Inputs> = {}): ReturnType<typeof main> {
  const registry = { kind: 'repository', text: 'ghcr.io/acme/train' } as const;
  return main(
    { ...INPUT_DEFAULTS, folder: '/repository', registry, until: 'image', ...changes },
    world.tools,
  );
}

function told({ lines }: FakeWorld): readonly string[] {
  return lines.filter((line) => line.startsWith('the build takes'));
}

describe('before a build', () => {
  it('a disk that is too small for base and wheels is told, and the build goes on', async () => {
    const world = worldOf(12 * GB);

    await call(world);

    expect(told(world)).toEqual([
      'the build takes at least 12.5 GB of disk, and "/var/lib/docker" has 12.0 GB free: it fetches 4.0 GB of images and 1.0 GB of packages, which are kept compressed and unpacked',
    ]);
    expect(world.builds).toHaveLength(1);
  });

  it.each<[string, (world: FakeWorld) => void]>([
    ['there is room', (world) => setFree(world, 13 * GB)],
    ['the disk is of another machine', (world) => Object.assign(world, { disks: undefined })],
    ['the builder has the base', (world) => Object.assign(world, { held: new Set([sha256('base')]) })],
  ])('nothing is told where %s', async (_where, change) => {
    const world = worldOf(12 * GB);
    change(world);

    await call(world);

    expect(told(world)).toEqual([]);
    expect(world.builds).toHaveLength(1);
  });

  it('a builder that does not tell what it has may have the base, unless its machine was made for this job', async () => {
    const [staying, made] = [worldOf(12 * GB, '', false), worldOf(12 * GB, '', true)];
    for (const world of [staying, made]) world.held = undefined;

    await Promise.all([call(staying), call(made)]);

    expect([told(staying).length, told(made).length]).toEqual([0, 1]);
  });

  it('a base that cannot be read counts nothing', async () => {
    const world = worldOf(2 * GB);
    world.tools.registry.pull = async () => {
      throw new UserError('too many requests');
    };

    await call(world, { registry: { kind: 'none' } });

    expect(told(world)).toEqual([expect.stringContaining('it fetches 1.0 GB of packages, which')]);
  });

  it('an image that is found asks nothing about disks, nor about its base', async () => {
    const world = worldOf(GB);
    await call(world);
    world.lines.length = 0;
    world.tools.storage.disks = async () => {
      throw new Error('nobody asks');
    };

    const found = await call(world);

    expect(found.images.get('train')?.made).toBe('found');
    expect(told(world)).toEqual([]);
  });

  it('a run that follows takes the room again when its engine is not the builder', async () => {
    const world = worldOf(24 * GB);
    setFree(world, 24 * GB, 'none');

    await call(world);
    const before = told(world);
    await call(world, { until: 'run', rebuild: true });

    expect(before).toEqual([]);
    expect(told(world)).toEqual([expect.stringContaining('at least 25.0 GB of disk')]);
  });

  it('steps that follow the code fetch an environment that was found', async () => {
    const world = worldOf(9 * GB, ', setup: [make]');
    await call(world);
    world.files.set('train.py', 'print("edited")\n');
    world.lines.length = 0;

    await call(world);

    expect(told(world)).toEqual([expect.stringContaining('it fetches 4.0 GB of images, which')]);
  });
});

function setFree(world: FakeWorld, free: number, shared: BuildDisks['shared'] = 'all'): void {
  const disk: Disk = { folder: '/var/lib/docker', free, device: 1 };
  world.disks = { builder: disk, engine: disk, shared };
}
