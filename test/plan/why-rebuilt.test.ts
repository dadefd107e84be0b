import { describe, expect, it } from '@jest/globals';
import type { PlatformInputs } from '../../src/plan/inputs-annotation.ts';
import { whyRebuilt } from '../../src/plan/why-rebuilt.ts';

type Inputs = Readonly<Record<string, string>>;

const why = (before: Inputs, after: Inputs): string => whyRebuilt(alone(before), alone(after));

const alone = (inputs: Inputs): PlatformInputs => new Map([['', new Map(Object.entries(inputs))]]);

const parts = (byPlatform: Readonly<Record<string, Inputs>>): PlatformInputs =>
  new Map(Object.entries(byPlatform).map(([name, inputs]) => [name, new Map(Object.entries(inputs))]));

const PYTHON = 'base docker.io/library/python:3.12-slim';
const SAME = { generator: '1', dockerfile: 'd', [PYTHON]: 'sha256:a', 'file requirements.txt': 'r' };

describe('why an image was built again', () => {
  it.each<readonly [string, Inputs, Inputs]>([
    ['requirements.txt changed', {}, { 'file requirements.txt': 'other' }],
    ['base python:3.12-slim moved from sha256:a to sha256:b', {}, { [PYTHON]: 'sha256:b', dockerfile: 'e' }],
    [
      'base python:3.12-slim moved from sha256:a to sha256:b; requirements.txt changed',
      {},
      { [PYTHON]: 'sha256:b', 'file requirements.txt': 'other' },
    ],
    ['apt.txt is new; step apt is new', {}, { 'file apt.txt': 'a', 'step apt': 's', dockerfile: 'e' }],
    ['apt.txt is gone', { 'file apt.txt': 'a' }, {}],
    ['step pip changed', { 'step pip': 'a' }, { 'step pip': 'b' }],
    ['train.py changed', { 'code train.py': 'a' }, { 'code train.py': 'b' }],
    ['src/ changed', { 'code src/': 'a' }, { 'code src/': 'b' }],
    ['the code changed', { 'code train.py': 'a' }, { 'code ./': 'b' }],
    ['the code changed', { code: 'a' }, { code: 'b' }],
    ['the dependency files changed', {}, { file: 'all of them' }],
    ['the compression changed', { compression: 'zstd' }, { compression: 'gzip' }],
    ['this version of jobimg builds it differently', {}, { generator: '2', dockerfile: 'e' }],
    ['the Dockerfile changed', {}, { dockerfile: 'e' }],
    ['the earlier image with this content no longer exists', {}, {}],
  ])('%s', (said, before, after) => {
    expect(why({ ...SAME, ...before }, { ...SAME, ...after })).toBe(`rebuilt: ${said}`);
  });

  it('names both bases when another one was chosen', () => {
    const before = { 'base docker.io/library/python:3.12': 'sha256:a' };
    const after = { 'base ghcr.io/acme/python:3.13': 'sha256:b' };

    expect(why(before, after)).toBe('rebuilt: base python:3.12 is now ghcr.io/acme/python:3.13');
  });

  it('tells the first changes, and how many more there are', () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`file ${index}`, 'a']));
    const others = Object.fromEntries(Object.keys(files).map((name) => [name, 'b']));

    expect(why(files, others)).toBe(
      'rebuilt: 0 changed; 1 changed; 2 changed; 3 changed; 4 changed; 5 changed; and 3 more',
    );
  });

  it.each<readonly [string, Readonly<Record<string, Inputs>>]>([
    [
      'requirements.txt changed',
      { amd: { 'file requirements.txt': 'other' }, arm: { 'file requirements.txt': 'other' } },
    ],
    [
      'arm: base python:3.12-slim moved from sha256:a to sha256:b',
      { amd: {}, arm: { [PYTHON]: 'sha256:b', dockerfile: 'e' } },
    ],
    [
      'requirements.txt changed; arm: step pip is new',
      { amd: { 'file requirements.txt': 'o' }, arm: { 'file requirements.txt': 'o', 'step pip': 'a' } },
    ],
  ])('on one platform of several or on all: %s', (said, changes) => {
    const after = { amd: { ...SAME, ...changes['amd'] }, arm: { ...SAME, ...changes['arm'] } };

    expect(whyRebuilt(parts({ amd: SAME, arm: SAME }), parts(after))).toBe(`rebuilt: ${said}`);
  });

  it('because it is for other platforms', () => {
    const both = parts({ amd: SAME, arm: SAME });

    expect(whyRebuilt(alone(SAME), both)).toBe('rebuilt: the platforms changed');
    expect(whyRebuilt(parts({ amd: SAME }), both)).toBe('rebuilt: arm is new');
    expect(whyRebuilt(both, parts({ amd: SAME }))).toBe('rebuilt: arm is gone');
  });
});
