import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { main } from '../../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const FILES = {
  'jobimg.yml': 'run: python train.py\nimage: { base: "python:3.12-slim", requirements: requirements.txt }\n',
  'requirements.txt': 'tqdm==4.67.1\n',
  'train.py': 'print("hello")\n',
};

const INPUTS: Inputs = {
  ...INPUT_DEFAULTS,
  folder: '/repository',
  registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
  until: 'image',
  sbom: true,
};

let world: FakeWorld;
let read: number;

beforeEach(() => {
  read = 0;
  world = fakeWorld(FILES);
});

afterEach(() => {
  world.referrers.clear();
});

async function publish(): Promise<void> {
  async function* layerFiles() {
    read += 1;
    yield {
      path: '/usr/lib/python3/site-packages/tqdm-4.67.1.dist-info/METADATA',
      type: 'file',
      content: Buffer.from('Name: tqdm\nVersion: 4.67.1\n'),
    };
  }
  await main(INPUTS, { ...world.tools, layerFiles });
}

describe('the list of packages', () => {
  it('stands beside the environment and the image, and is read from the layers once', async () => {
    await publish();

    expect(read).toBe(1);
    const lists = [...world.referrers.values()].flat();
    expect(lists.map(({ artifactType }) => artifactType)).toEqual(Array(2).fill('application/spdx+json'));
    expect(lists[0]?.annotations).toEqual({
      'org.opencontainers.image.description': 'packages of pip, conda and dpkg: 1',
    });
  });

  it('is not read again for other code on the same environment', async () => {
    await publish();
    world.files.set('train.py', 'print("hi")\n');

    await publish();

    expect(read).toBe(1);
    expect([...world.referrers.values()].flat()).toHaveLength(3);
  });

  it('is not pushed where it is', async () => {
    await publish();

    await publish();

    expect([...world.referrers.values()].flat()).toHaveLength(2);
  });
});
