import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { main } from '../../../src/steps/main.ts';
import { verifyImages } from '../../../src/steps/verify/verify-images.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const FILES = {
  'jobimg.yml': 'run: python train.py\nimage: { base: "python:3.12-slim", requirements: requirements.txt }\n',
  'requirements.txt': 'tqdm==4.67.1\n',
  'train.py': 'print("hello")\n',
};
const BASE = 'docker.io/library/python:3.12-slim';

const INPUTS: Inputs = {
  ...INPUT_DEFAULTS,
  folder: '/repository',
  registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
  until: 'image',
};

async function published(world: FakeWorld): Promise<string> {
  const { images } = await main(INPUTS, world.tools);
  return images.get('train')?.reference ?? '';
}

describe('an image that is named by its digest', () => {
  it('is made again on the bases that it names, wherever their tags lead by now', async () => {
    const world = fakeWorld(FILES);
    const image = await published(world);
    world.bases.set(BASE, sha256('a newer base'));

    await expect(verifyImages(INPUTS, world.tools)).rejects.toThrow(
      /has no image at .*: base python:3\.12-slim moved/,
    );
    const verified = await verifyImages({ ...INPUTS, published: image }, world.tools);

    expect(verified.images.map(({ verdict }) => verdict)).toEqual(['same', 'same']);
    expect(verified.images.map(({ tag }) => tag.split('-')[0])).toEqual(['env', 'train']);
    expect(verified.images[1]?.published).toBe(image.split('@')[1]);
  });

  it.each([
    ['train.py', 'print("hi")\n', 'train.py changed'],
    ['requirements.txt', 'tqdm==4.67.0\n', 'requirements.txt changed'],
    ['more.py', '', 'more.py is new'],
  ])('is not what a commit with another %s gives', async (path, text, change) => {
    const world = fakeWorld(FILES);
    const image = await published(world);
    world.files.set(path, text);

    await expect(verifyImages({ ...INPUTS, published: image }, world.tools)).rejects.toThrow(
      `${image} is not what this commit gives: ${change}`,
    );
  });

  it.each([
    ['ghcr.io/acme/train:latest', '"ghcr.io/acme/train:latest" names no digest'],
    [
      `ghcr.io/acme/train@${sha256('none')}`,
      `the registry has no image ghcr.io/acme/train@${sha256('none')}`,
    ],
  ])('%s is refused', async (image, message) => {
    const { tools } = fakeWorld(FILES);

    await expect(verifyImages({ ...INPUTS, published: image }, tools)).rejects.toThrow(message);
  });
});

it('says which file is another one where only the code is', async () => {
  const world = fakeWorld(FILES);
  await published(world);
  world.files.set('train.py', 'print("hi")\n');

  await expect(verifyImages(INPUTS, world.tools)).rejects.toThrow(
    /^this commit has no image at \S+; since the last one was built: train\.py changed$/,
  );
});
