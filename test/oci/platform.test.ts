import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LINUX_AMD64,
  normalPlatform,
  printPlatform,
  runsOn,
  sortPlatforms,
  withOlder,
} from '../../src/oci/platform.ts';
import type { Platform } from '../../src/oci/types.ts';

function read(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, variant };
}

describe('a platform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/v6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/armv7l', 'linux/arm/v7'],
    ['linux/i386', 'linux/386'],
    ['linux/i686', 'linux/386'],
    ['linux/arm64/v1', 'linux/arm64/v1'],
    ['windows/amd64', 'windows/amd64'],
    ['linux/riscv64', 'linux/riscv64'],
  ])('%s is spelled %s, however often it is read', (written, spelled) => {
    const platform = normalPlatform(read(written));

    expect(printPlatform(platform)).toBe(spelled);
    expect(normalPlatform(platform)).toEqual(platform);
  });

  it.each([
    ['linux/amd64/v3', ['linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64']],
    ['linux/arm/v7', ['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5']],
    ['linux/arm64/v9', ['linux/arm64/v9', 'linux/arm64']],
    ['linux/arm64', ['linux/arm64']],
    ['linux/arm/v5', ['linux/arm/v5']],
    ['linux/riscv64', ['linux/riscv64']],
    ['linux/riscv64/v9', ['linux/riscv64/v9']],
  ])('%s goes with programs of older processors', (written, older) => {
    expect(withOlder(normalPlatform(read(written))).map(printPlatform)).toEqual(older);
  });

  it('has no variant where it goes without saying', () => {
    const amd64 = { os: 'linux', architecture: 'amd64' };

    expect(normalPlatform(amd64)).toStrictEqual(amd64);
    expect(normalPlatform({ ...amd64, variant: 'v1' })).toStrictEqual(amd64);
  });

  it('is linux/amd64 when nobody says', () => {
    expect(printPlatform(LINUX_AMD64)).toBe('linux/amd64');
  });

  it('stands once in a list, in one order whatever the order it came in', () => {
    const some = fc.constantFrom('linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6', 'linux/386');
    const list = fc.array(some, { minLength: 1 });
    fc.assert(
      fc.property(list, fc.infiniteStream(fc.nat()), (names, numbers) => {
        const shuffled = names
          .map((name) => ({ name, at: numbers.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ name }) => name);

        expect(sortPlatforms(shuffled.map(read))).toEqual(sortPlatforms(names.map(read)));
        expect(sortPlatforms(names.map(read)).map(printPlatform)).toEqual([...new Set(names)].sort());
      }),
    );
  });

  it('runs on machines of its kind, whose variant is seldom known', () => {
    expect(runsOn(read('linux/arm/v7'), read('linux/arm'))).toBe(true);
    expect(runsOn(read('linux/arm64'), read('linux/amd64'))).toBe(false);
    expect(runsOn(read('linux/arm64'), read('windows/arm64'))).toBe(false);
  });
});
