import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ROOT, read } from './repository.ts';

interface Locked {
  readonly packages: Readonly<Record<string, { readonly link?: boolean; readonly integrity?: string }>>;
}

interface CheckLock {
  unverified(lock: Locked): readonly string[];
}

const { unverified }: CheckLock = await import(pathToFileURL(join(ROOT, 'scripts/check-lock.mjs')).href);

describe('the packages of the lock file', () => {
  it('are compared with a hash, each of them', () => {
    expect(unverified(JSON.parse(read('package-lock.json')))).toEqual([]);
  });

  it('are told apart from those that are not', () => {
    const packages = {
      '': {},
      'node_modules/link': { link: true },
      'node_modules/good': { integrity: 'sha512-AAAA' },
      'node_modules/old': { integrity: 'sha1-AAAA' },
      'node_modules/bare': {},
    };

    expect(unverified({ packages })).toEqual(['node_modules/old', 'node_modules/bare']);
  });
});
