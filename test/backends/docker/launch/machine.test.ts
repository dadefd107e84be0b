import { describe, expect, it } from '@jest/globals';
import { otherMachine } from '../../../../src/backends/docker/launch/machine.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64' };

describe('a run on a machine', () => {
  it.each([
    ['of one of its platforms', [AMD64, ARM64], { Architecture: 'aarch64' }],
    ['that emulates the usual one', [AMD64], { OSType: 'linux', Architecture: 'aarch64' }],
    ['that does not say what it is', [ARM64], {}],
  ])('%s may start', (_, platforms, info) => {
    expect(otherMachine({ platforms }, info)).toBeUndefined();
  });

  it('of an image by reference may start, for nobody knows what it is for', () => {
    expect(otherMachine({}, { Architecture: 'aarch64' })).toBeUndefined();
  });

  it('that it is not for is refused, and what to do is said', () => {
    expect(otherMachine({ platforms: [ARM64] }, { OSType: 'linux', Architecture: 'x86_64' })).toEqual({
      reason: 'node-error',
      detail: 'the machine is linux/amd64, and the image is for linux/arm64',
      hint: 'add linux/amd64 to "platforms", or run it on a machine that the image is for',
    });
  });
});
