import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { changesOf } from '../../src/lock/changes.ts';
import type { Lock, LockedPackages } from '../../src/lock/lock.ts';
import { isPin } from '../../src/lock/pins.ts';
import { readLock } from '../../src/lock/read.ts';
import { writeLock } from '../../src/lock/write.ts';
import type { Digest } from '../../src/oci/types.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex): Digest => `sha256:${hex}`);
const version = fc.stringMatching(/^[0-9][0-9a-z.+]{0,8}$/);
const place = {
  step: word,
  base: word,
  platform: fc.constantFrom('linux/amd64', 'linux/arm64'),
  inputs: digest,
};
const aptPins = fc.uniqueArray(fc.tuple(word, version).map(([name, one]) => `${name}1=${one}`));
const pipPins = fc.uniqueArray(
  fc.tuple(word, version, digest).map(([name, one, hash]) => `${name}1==${one} --hash=${hash}`),
);
const packages: fc.Arbitrary<LockedPackages> = fc.oneof(
  fc.record({ ...place, installer: fc.constant('apt' as const), pins: aptPins }),
  fc.record({ ...place, installer: fc.constant('pip' as const), pins: pipPins }),
);
const lock: fc.Arbitrary<Lock> = fc.record({
  tools: fc.record({ generator: fc.nat(), uv: word }),
  bases: fc
    .dictionary(word, fc.dictionary(place.platform, digest))
    .map((bases) => new Map(Object.entries(bases).map(([name, by]) => [name, new Map(Object.entries(by))]))),
  packages: fc.uniqueArray(packages, { selector: ({ inputs }) => inputs }),
});

describe('the lock file', () => {
  it('reads back as what was written, and is written the same again', () => {
    fc.assert(
      fc.property(lock, (one) => {
        const text = writeLock(one);

        const read = readLock(text);

        expect(read.tools).toEqual(one.tools);
        expect(read.bases).toEqual(one.bases);
        expect(new Set(read.packages.map(sorted))).toEqual(new Set(one.packages.map(sorted)));
        expect(writeLock(read)).toBe(text);
      }),
    );
  });

  it('is the same text whatever the order things were found in', () => {
    fc.assert(
      fc.property(lock, (one) => {
        const turned: Lock = {
          tools: one.tools,
          bases: new Map([...one.bases].reverse().map(([name, by]) => [name, new Map([...by].reverse())])),
          packages: one.packages.toReversed().map((entry) => ({ ...entry, pins: entry.pins.toReversed() })),
        };

        expect(writeLock(turned)).toBe(writeLock(one));
      }),
    );
  });

  const GOOD = JSON.parse(writeLock({ tools: { generator: 1, uv: '1' }, bases: new Map(), packages: [] }));
  const ENTRY = { step: 'apt', base: 'b', platform: 'linux/amd64', inputs: `sha256:${'0'.repeat(64)}` };

  it.each([
    ['nothing', '', 'jobimg.lock is not valid JSON'],
    ['a conflict', '<<<<<<< ours\n{}\n', 'jobimg.lock contains merge conflict markers'],
    ['a later version', '{ "version": 2 }', 'jobimg.lock is of a newer version'],
    ['a list', '[]', 'jobimg.lock: '],
    ['an unknown key', { ...GOOD, more: 1 }, 'jobimg.lock: Unrecognized key: "more"'],
    ['a base without digest', { ...GOOD, bases: { b: { 'linux/amd64': 'latest' } } }, 'is not a digest'],
    [
      'two installers',
      { ...GOOD, packages: [{ ...ENTRY, apt: [], pip: [] }] },
      'has one of "apt", "conda" and "pip"',
    ],
    [
      'a shell text',
      { ...GOOD, packages: [{ ...ENTRY, apt: ['a=1; reboot'] }] },
      '"packages.0.apt.0": pins no package',
    ],
  ])('is refused when it holds %s', (_, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);

    expect(() => readLock(text)).toThrow(UserError);
    expect(() => readLock(text)).toThrow(message);
  });
});

const HASH = `--hash=sha256:${'0'.repeat(64)}`;

describe('a pin', () => {
  it.each([
    ['apt', 'curl=7.88.1-10+deb12u14'],
    ['apt', 'git=1:2.39.5-0+deb12u2'],
    ['apt', 'libc6:i386=2.36-9'],
    ['pip', `torch==2.7.1+cpu ${HASH}`],
    ['pip', `a @ https://example.org/a-1-py3-none-any.whl ${HASH}`],
    ['pip', `a @ git+https://example.org/a@${'0'.repeat(40)}#subdirectory=b`],
  ] as const)('of %s can be %s', (installer, text) => {
    expect(isPin(installer, text)).toBe(true);
  });

  it.each([
    ['apt', 'curl'],
    ['apt', '-o=1'],
    ['apt', 'curl=$(id)'],
    ['apt', 'curl=1 git=2'],
    ['pip', 'six==1.17.0'],
    ['pip', `--index-url=x ${HASH}`],
    ['pip', `six>=1 ${HASH}`],
    ['pip', `six==1\n--index-url https://example.org ${HASH}`],
    ['pip', 'a @ git+https://example.org/a@main'],
    ['pip', `a @ file:///a.whl ${HASH}`],
  ] as const)('of %s can not be %j', (installer, text) => {
    expect(isPin(installer, text)).toBe(false);
  });
});

describe('what moved', () => {
  it('is told one line per base and package', () => {
    const was = lockWith({ base: 'a', pins: ['six==1.16.0 --hash=sha256:0', 'gone==1 --hash=sha256:0'] });
    const is = lockWith({ base: 'b', pins: ['new==2 --hash=sha256:0', 'six==1.17.0 --hash=sha256:1'] });

    expect(changesOf(was, is)).toEqual([
      `base python (linux/amd64): sha256:${'a'.repeat(64)} → sha256:${'b'.repeat(64)}`,
      'removed gone (requirements.txt): 1',
      'added new (requirements.txt): 2',
      'six (requirements.txt): 1.16.0 → 1.17.0',
    ]);
    expect(changesOf(is, is)).toEqual([]);
  });

  it('is told for each platform where there are several', () => {
    const one = lockWith({ base: 'a', pins: ['six==1.16.0 --hash=sha256:0'] });
    const [packages] = one.packages;
    const arm = { ...packages, platform: 'linux/arm64' } as LockedPackages;
    const other = { ...arm, pins: ['six==1.17.0 --hash=sha256:1'] };

    const changes = changesOf(
      { ...one, packages: [...one.packages, arm] },
      { ...one, packages: [...one.packages, other] },
    );

    expect(changes).toEqual(['six (requirements.txt, linux/arm64): 1.16.0 → 1.17.0']);
  });
});

function lockWith({ base, pins }: { readonly base: 'a' | 'b'; readonly pins: readonly string[] }): Lock {
  return {
    tools: { generator: 1, uv: '1' },
    bases: new Map([['python', new Map<string, Digest>([['linux/amd64', `sha256:${base.repeat(64)}`]])]]),
    packages: [
      {
        step: 'requirements.txt',
        base: 'python',
        platform: 'linux/amd64',
        inputs: `sha256:${'0'.repeat(64)}`,
        installer: 'pip',
        pins,
      },
    ],
  };
}

function sorted(entry: LockedPackages): string {
  return JSON.stringify({ ...entry, pins: entry.pins.toSorted() }, Object.keys(entry).sort());
}
