import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import type { Image } from '../../../src/oci/types.ts';
import { main } from '../../../src/steps/main.ts';
import { verifyImages } from '../../../src/steps/verify/verify-images.ts';
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
};

async function published(world: FakeWorld, changes: Partial<Inputs> = {}): Promise<Image> {
  const { images } = await main({ ...INPUTS, ...changes }, world.tools);
  return parseReference(images.get('train')?.reference ?? '') as Image;
}

const descriptions = (world: FakeWorld, { digest }: Image): readonly (string | undefined)[] =>
  (world.referrers.get(digest) ?? []).map(
    ({ annotations }) => annotations?.['org.opencontainers.image.description'],
  );

describe('provenance', () => {
  it('stands beside an image that was made here', async () => {
    const world = fakeWorld(FILES);

    const image = await published(world, { provenance: true });

    expect(descriptions(world, image)).toEqual(['how train was built, by jobimg 0.1.0']);
  });

  it('is not said of an image that was there', async () => {
    const world = fakeWorld(FILES);
    const image = await published(world);

    await published(world, { provenance: true });

    expect(world.referrers.get(image.digest)).toBeUndefined();
  });

  it('that may not be pushed is a warning', async () => {
    const world = fakeWorld(FILES);
    const { registry } = world.tools;
    const refused = { ...registry, pushReferrer: () => Promise.reject(new UserError('DENIED')) };

    const { findings } = await main({ ...INPUTS, provenance: true }, { ...world.tools, registry: refused });

    expect(findings.map(({ level, code }) => `${level} ${code}`)).toEqual(['warning referrer']);
  });

  it('of an image of the local engine has no place', async () => {
    const world = fakeWorld(FILES);

    const { findings } = await main({ ...INPUTS, registry: { kind: 'none' }, provenance: true }, world.tools);

    expect(findings.map(({ code }) => code)).toEqual(['referrer']);
  });
});

describe('a witnessed rebuild', () => {
  it('is said beside the environment and the image when both are the same', async () => {
    const world = fakeWorld(FILES);
    const image = await published(world);

    const { images } = await verifyImages({ ...INPUTS, attest: true }, world.tools);

    expect(images.map(({ verdict }) => verdict)).toEqual(['same', 'same']);
    expect(world.referrers.size).toBe(2);
    expect(descriptions(world, image)).toEqual([
      'rebuilt bit for bit by jobimg 0.1.0 in https://jobimg.dev/builder/local',
    ]);
  });

  it('is said only when it is asked for', async () => {
    const world = fakeWorld(FILES);
    await published(world);

    await verifyImages(INPUTS, world.tools);

    expect(world.referrers.size).toBe(0);
  });
});
