import { expect, it } from '@jest/globals';
import { basesOf, digestIn, joinBases } from '../../src/plan/bases.ts';
import type { BaseUse } from '../../src/recipe/recipe.ts';

const A = `sha256:${'a'.repeat(64)}` as const;
const B = `sha256:${'b'.repeat(64)}` as const;

function useOn(architecture: string): BaseUse {
  return {
    reference: { registry: 'docker.io', path: 'library/debian', tag: '12' },
    platform: { os: 'linux', architecture },
  };
}

it('digests of one image for two platforms stay beside each other, whoever knows them', () => {
  const [x86, arm] = [useOn('amd64'), useOn('arm64')];

  const joined = joinBases(
    basesOf([
      [x86, A],
      [arm, A],
    ]),
    basesOf([[arm, B]]),
  );

  expect(digestIn(joined, x86)).toBe(A);
  expect(digestIn(joined, arm)).toBe(B);
});
