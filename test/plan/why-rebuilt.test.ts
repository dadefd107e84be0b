import { describe, expect, it } from '@jest/globals';
import { whyRebuilt } from '../../src/plan/why-rebuilt.ts';

type Inputs = Readonly<Record<string, string>>;

const why = (before: Inputs, after: Inputs): string =>
  whyRebuilt(new Map(Object.entries(before)), new Map(Object.entries(after)));

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
    ['this version of jobimg makes it in another way', {}, { generator: '2', dockerfile: 'e' }],
    ['the Dockerfile changed', {}, { dockerfile: 'e' }],
    ['the earlier image with this content is not there any more', {}, {}],
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
});
