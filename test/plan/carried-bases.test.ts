import { expect, it } from '@jest/globals';
import { sha256 } from '../../src/oci/digest.ts';
import { LINUX_AMD64 } from '../../src/oci/platform.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { carriedBases } from '../../src/plan/carried-bases.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';

const ARM64 = { os: 'linux', architecture: 'arm64' } as const;
const BASE = parseReference('python:3.12-slim');
const NAME = 'docker.io/library/python:3.12-slim';

function recipe(platform: Recipe['platform']): Recipe {
  return { platform, bases: [{ reference: BASE, platform }] } as unknown as Recipe;
}

it('takes the digest of each platform, or of the one that an image is for', () => {
  const [one, two] = [sha256('1'), sha256('2')];
  const parts = new Map([
    ['linux/amd64', new Map([[`base ${NAME}`, one]])],
    ['linux/arm64', new Map([[`base ${NAME}`, two]])],
  ]);
  const alone = new Map([['', new Map([[`base ${NAME}`, two]])]]);

  expect(carriedBases(parts, [recipe(LINUX_AMD64), recipe(ARM64)]).get(NAME)).toEqual(
    new Map([
      ['linux/amd64', one],
      ['linux/arm64', two],
    ]),
  );
  expect(carriedBases(alone, [recipe(ARM64)]).get(NAME)).toEqual(new Map([['linux/arm64', two]]));
});

it.each([['sha256:1'], ['']])('takes nothing that is no digest: %j', (text) => {
  const carried = new Map([['', new Map([[`base ${NAME}`, text]])]]);

  expect(carriedBases(carried, [recipe(LINUX_AMD64)]).size).toBe(0);
});
