import { describe, expect, it } from '@jest/globals';
import { type Building, type Disk, diskFinding } from '../../src/plan/disk.ts';

const GB = 1e9;
const DOCKER: Disk = { folder: '/var/lib/docker', free: 14 * GB, device: 1 };

/** A base with CUDA, 4.5 GB, and torch, 3 GB, on a hosted runner whose engine is the builder. */
function building(more: Partial<Building> = {}): Building {
  return {
    images: 4.5 * GB,
    packages: 3 * GB,
    disks: { builder: DOCKER },
    runs: false,
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

  it('takes the room twice when the engine has a copy of its own on the same disk', () => {
    const disks = { builder: DOCKER, engine: DOCKER };

    const finding = diskFinding(building({ images: 3 * GB, packages: 0, disks, runs: true }));

    expect(finding?.message).toContain('at least 15.0 GB');
    expect(finding?.message).toMatch(/, by the builder and by the engine that runs it$/);
  });

  it.each<[string, Partial<Building>]>([
    ['there is room', { disks: { builder: { ...DOCKER, free: 18.75 * GB } } }],
    ['nothing is known of it', { images: 0, packages: 0, disks: { builder: { ...DOCKER, free: 0 } } }],
    ['the base is there already', { images: 0 }],
    [
      'the engine has its copy on another disk',
      {
        images: 5 * GB,
        packages: 0,
        runs: true,
        disks: { builder: DOCKER, engine: { ...DOCKER, device: 2 } },
      },
    ],
    ['nothing is run', { images: 5 * GB, packages: 0, disks: { builder: DOCKER, engine: DOCKER } }],
    [
      'an engine that stays may have the layers of the base',
      { images: 3 * GB, packages: 0, runs: true, hosted: false, disks: { builder: DOCKER, engine: DOCKER } },
    ],
  ])('is not told where %s', (_where, more) => {
    const finding = diskFinding(building(more));

    expect(finding).toBeUndefined();
  });
});
