import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type AskedDisks, buildDisks } from '../../src/build/build-disks.ts';
import type { Disk } from '../../src/plan/disk.ts';

const SOCKET = 'unix:///var/run/docker.sock';
const CONTAINERD = { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
const CLASSIC = { DriverStatus: [['Backing Filesystem', 'extfs']] };

interface Machine extends Partial<AskedDisks> {
  readonly info?: object;
  readonly url?: string;
  /** Files below buildx's own folder. */
  readonly buildx?: Readonly<Record<string, string>>;
}

async function disksOf({ info = CONTAINERD, url = SOCKET, buildx = {}, ...more }: Machine) {
  const config = await mkdtemp(join(tmpdir(), 'jobimg-'));
  await mkdir(join(config, 'instances'));
  for (const [name, text] of Object.entries(buildx)) await writeFile(join(config, name), text);
  return buildDisks({
    to: 'registry',
    builder: undefined,
    engine: { url, info: { Name: 'runner', DockerRootDir: '/var/lib/docker', ...info } },
    hostName: 'runner',
    diskOf: async (folder) => disk(folder),
    ...more,
    env: { BUILDX_CONFIG: config, ...more.env },
  });
}

function disk(folder: string): Disk {
  return { folder, free: 1, device: folder.length };
}

function instance(driver: string, ...endpoints: readonly string[]): string {
  return JSON.stringify({ Name: 'mine', Driver: driver, Nodes: endpoints.map((Endpoint) => ({ Endpoint })) });
}

const DOCKER = disk('/var/lib/docker');
const SYSTEM = disk('/var/lib/containerd');
const BESIDE = { builder: DOCKER, engine: DOCKER, shared: 'none' };

describe('the disks of a build', () => {
  it.each<[string, Machine, object | undefined]>([
    ['the engine builds', {}, { builder: DOCKER, engine: DOCKER, shared: 'fetched' }],
    [
      "the engine keeps images in the machine's containerd",
      { info: { ...CONTAINERD, Containerd: { Address: '/run/containerd/containerd.sock' } } },
      { builder: SYSTEM, engine: SYSTEM, shared: 'fetched' },
    ],
    [
      'the engine started a containerd of its own',
      { info: { ...CONTAINERD, Containerd: { Address: '/var/run/docker/containerd/containerd.sock' } } },
      { builder: DOCKER, engine: DOCKER, shared: 'fetched' },
    ],
    [
      'the old store cannot push, so that a builder beside it does',
      { info: { ...CLASSIC, Containerd: { Address: '/run/containerd/containerd.sock' } } },
      BESIDE,
    ],
    [
      'the old store is built into',
      { info: CLASSIC, to: 'engine' },
      { builder: DOCKER, engine: DOCKER, shared: 'all' },
    ],
    [
      'a builder in a container was named',
      { builder: 'mine', buildx: { 'instances/mine': instance('docker-container', SOCKET) } },
      BESIDE,
    ],
    [
      'a builder in a container was chosen',
      {
        buildx: {
          current: '{"Name":"mine"}',
          'instances/mine': instance('docker-container', 'default'),
        },
      },
      BESIDE,
    ],
    [
      'a variable names a builder in a container',
      {
        env: { BUILDX_BUILDER: 'mine' },
        buildx: { 'instances/mine': instance('docker-container', '') },
      },
      BESIDE,
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
    [
      'the builder is a remote one',
      { builder: 'mine', buildx: { 'instances/mine': instance('remote', 'tcp://build:1234') } },
    ],
    [
      'the builder is a container of another engine',
      { builder: 'mine', buildx: { 'instances/mine': instance('docker-container', 'ssh://build') } },
    ],
    [
      'the builder has several nodes',
      { builder: 'mine', buildx: { 'instances/mine': instance('docker-container', SOCKET, 'ssh://arm') } },
    ],
    ['the builder does not exist', { builder: 'mine' }],
    ['what buildx keeps of it is no JSON', { builder: 'mine', buildx: { 'instances/mine': '{' } }],
  ])('are not known where %s', async (_where, machine) => {
    const disks = await disksOf(machine);

    expect(disks).toBeUndefined();
  });
});
