import { describe, expect, it } from '@jest/globals';
import { type AskedDisks, buildDisks, engineDisk, readPlace } from '../../../src/build/builder/disks.ts';
import type { Disk } from '../../../src/disk/disk.ts';

const SOCKET = 'unix:///var/run/docker.sock';
const CONTAINERD = { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
const CLASSIC = { DriverStatus: [['Backing Filesystem', 'extfs']] };
const SYSTEM_CONTAINERD = { Containerd: { Address: '/run/containerd/containerd.sock' } };
const OWN_CONTAINERD = { Containerd: { Address: '/var/run/docker/containerd/containerd.sock' } };

interface Machine extends Partial<AskedDisks> {
  readonly info?: object;
  readonly url?: string;
}

function disksOf({ info = CONTAINERD, url = SOCKET, ...more }: Machine) {
  return buildDisks({
    place: 'engine',
    releasable: false,
    engine: { url, info: { Name: 'runner', DockerRootDir: '/var/lib/docker', ...info } },
    hostName: 'runner',
    diskOf: async (folder) => disk(folder),
    ...more,
  });
}

function disk(folder: string): Disk {
  return { folder, free: 1, device: folder.length };
}

const DOCKER = disk('/var/lib/docker');
const SYSTEM = disk('/var/lib/containerd');

describe('the disks of a build', () => {
  it.each<[string, Machine, object]>([
    ['the engine builds', {}, { builder: DOCKER, engine: DOCKER, shared: 'fetched' }],
    [
      "the engine keeps images in the machine's containerd",
      { info: { ...CONTAINERD, ...SYSTEM_CONTAINERD } },
      { builder: SYSTEM, engine: SYSTEM, shared: 'fetched' },
    ],
    [
      'the engine started a containerd of its own',
      { info: { ...CONTAINERD, ...OWN_CONTAINERD } },
      { builder: DOCKER, engine: DOCKER, shared: 'fetched' },
    ],
    [
      'the engine builds into its classic store',
      { info: { ...CLASSIC, ...SYSTEM_CONTAINERD } },
      { builder: DOCKER, engine: DOCKER, shared: 'all' },
    ],
    [
      'a container beside the engine builds',
      { place: 'container', info: CLASSIC },
      { builder: DOCKER, engine: DOCKER, shared: 'none' },
    ],
    [
      'a container beside the engine builds that can go',
      { place: 'container', releasable: true, info: CLASSIC },
      { builder: DOCKER, engine: DOCKER, shared: 'released' },
    ],
    [
      "a container builds, and the engine keeps images in the machine's containerd",
      { place: 'container', info: { ...CONTAINERD, ...SYSTEM_CONTAINERD } },
      { builder: DOCKER, engine: SYSTEM, shared: 'none' },
    ],
  ])('are known where %s', async (_where, machine, expected) => {
    const disks = await disksOf(machine);

    expect(disks).toEqual(expected);
  });

  it.each<[string, Machine]>([
    ['the engine is reached over the network', { url: 'tcp://127.0.0.1:2375' }],
    ['the engine is of another machine or a virtual one', { hostName: 'laptop' }],
    ['the engine does not say where it keeps images', { info: { DockerRootDir: undefined } }],
    ['nobody may ask for the disk', { diskOf: async () => undefined }],
  ])('are not known where %s', async (_where, machine) => {
    const disks = await disksOf(machine);

    expect(disks).toBeUndefined();
  });
});

describe('the place of a builder', () => {
  /** As buildx 0.29 prints it. */
  function inspected(driver: string, ...endpoints: readonly string[]): string {
    const nodes = endpoints.map(
      (endpoint, index) => `Name:             mine${index}\nEndpoint:         ${endpoint}\n`,
    );
    return `Name:          mine\nDriver:        ${driver}\n\nNodes:\n${nodes.join('\n')}`;
  }

  it.each([
    ['the engine itself', inspected('docker', 'default'), 'engine'],
    ['a container of this engine', inspected('docker-container', SOCKET), 'container'],
    ['a container of the current engine', inspected('docker-container', 'default'), 'container'],
    ['a container whose endpoint is not said', inspected('docker-container', ''), 'container'],
    ['a container of another engine', inspected('docker-container', 'ssh://build'), undefined],
    ['several nodes', inspected('docker-container', SOCKET, 'ssh://arm'), undefined],
    ['a remote one', inspected('remote', 'tcp://build:1234'), undefined],
    ['nothing that is known', '', undefined],
  ])('is known of %s: %3$s', (_, text, place) => {
    expect(readPlace(text, SOCKET)).toBe(place);
  });
});

describe('the disk of an engine', () => {
  const asked = { hostName: 'runner', diskOf: async (folder: string) => disk(folder) };

  it.each<[string, object, Disk | undefined]>([
    [
      'is where it unpacks images',
      { Name: 'runner', DockerRootDir: '/var/lib/docker', ...CONTAINERD },
      DOCKER,
    ],
    [
      "is that of the machine's containerd",
      { Name: 'runner', DockerRootDir: '/var/lib/docker', ...CONTAINERD, ...SYSTEM_CONTAINERD },
      SYSTEM,
    ],
    ['is not known of another machine', { Name: 'vm', DockerRootDir: '/var/lib/docker' }, undefined],
  ])('%s', async (_, info, expected) => {
    expect(await engineDisk(info, asked)).toEqual(expected);
  });
});
