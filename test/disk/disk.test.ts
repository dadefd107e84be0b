import { describe, expect, it } from '@jest/globals';
import { type BuildDisks, type Disk, type DiskUse, diskFinding } from '../../src/disk/disk.ts';

const GB = 1e9;
const DOCKER: Disk = { folder: '/var/lib/docker', free: 14 * GB, device: 1 };

const BESIDE: BuildDisks = { builder: DOCKER, engine: DOCKER, shared: 'none' };

/** A base with CUDA, 4.5 GB, and torch, 3 GB, on a hosted runner whose engine is the builder. */
function building(more: Partial<DiskUse> = {}): DiskUse {
  return {
    images: 4.5 * GB,
    packages: 3 * GB,
    to: 'registry',
    runs: false,
    disks: { builder: DOCKER, engine: DOCKER, shared: 'fetched' },
    hosted: true,
    ...more,
  };
}

describe('a build that does not fit on the disk', () => {
  it('is told with both figures, what they are made of, and the step that makes room', () => {
    const finding = diskFinding(building());

    expect(finding).toEqual({
      level: 'warning',
      code: 'disk-space',
      message:
        'the build takes at least 18.8 GB of disk, and "/var/lib/docker" has 14.0 GB free: it fetches 4.5 GB of images and 3.0 GB of packages, which are kept compressed and unpacked',
      hint: expect.stringContaining('sudo rm -rf /usr/local/lib/android'),
    });
  });

  it('is told on another machine with what Docker can remove there', () => {
    const finding = diskFinding(building({ hosted: false }));

    expect(finding?.hint).toContain('docker buildx prune');
    expect(finding?.hint).not.toContain('rm -rf');
  });

  it.each<[string, number, Partial<DiskUse>]>([
    ['is pushed', 5, {}],
    ['is pushed, and run by the engine that built it', 7.5, { runs: true }],
    ['is loaded into the engine that built it', 6.5, { to: 'engine' }],
    ['is loaded into the old store that built it', 5, { to: 'engine', disks: { ...BESIDE, shared: 'all' } }],
    ['is pushed by a builder beside the engine', 5, { disks: BESIDE }],
    ['is run after a builder beside the engine pushed it', 10, { disks: BESIDE, runs: true }],
    ['is loaded by a builder beside the engine', 10, { disks: BESIDE, to: 'engine' }],
    [
      'is run by an engine with a disk of its own',
      5,
      { disks: { ...BESIDE, engine: { ...DOCKER, device: 2 } }, runs: true },
    ],
    [
      'is run by an engine whose disk cannot be told',
      5,
      { disks: { ...BESIDE, engine: undefined }, runs: true },
    ],
    ['is run by an engine that may have its base', 7.5, { disks: BESIDE, runs: true, hosted: false }],
  ])('of 1 GB each of images and packages that %s takes %s GB', (_what, gigabytes, more) => {
    const one = building({ images: GB, packages: GB, ...more });
    const free = gigabytes * GB;

    const [fits, lacks] = [free, free - 1].map((bytes) =>
      diskFinding({ ...one, disks: { ...one.disks, builder: { ...DOCKER, free: bytes } } }),
    );

    expect(fits).toBeUndefined();
    expect(lacks?.message).toContain(`at least ${gigabytes.toFixed(1)} GB`);
  });

  it.each<[string, Partial<DiskUse>]>([
    ['unpacked, and again by the engine that runs it', { disks: BESIDE, runs: true }],
    ['unpacked, the packages again by the engine that runs it', { runs: true }],
    ['compressed and unpacked', {}],
  ])('says that what it fetches is kept %s', (said, more) => {
    const finding = diskFinding(building(more));

    expect(finding?.message.endsWith(said)).toBe(true);
  });

  it('is not told where nothing is known of its size', () => {
    const full = { ...DOCKER, free: 0 };

    const finding = diskFinding(
      building({ images: 0, packages: 0, disks: { builder: full, engine: full, shared: 'all' } }),
    );

    expect(finding).toBeUndefined();
  });
});
