import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { differenceFrom } from '../../../src/source/work-tree.ts';
import { git, makeFolder } from '../folder.ts';
import { commitOf, committed, withHistory } from './committed.ts';

describe('a checkout whose objects Git has packed', () => {
  it.each([
    ['packed', ['gc', '--quiet', '--aggressive']],
    ['in deltas to an id', ['-c', 'repack.useDeltaBaseOffset=false', 'repack', '-adfq']],
    ['in several packs', ['repack', '-dq']],
    ['with an index over all packs', ['repack', '-adq', '--write-midx']],
  ])('is seen %s', async (_, words) => {
    const { folder, sha } = withHistory();

    git(folder, ...words);

    expect(await differenceFrom(folder, sha)).toBeUndefined();
    for (const parent of [`${sha}~1`, `${sha}~3`]) {
      git(folder, 'checkout', '--quiet', parent);
      expect(await differenceFrom(folder, commitOf(folder))).toBeUndefined();
      expect(await differenceFrom(folder, sha)).toMatch(/has different contents/);
    }
  });

  it('is seen in a clone of one commit', async () => {
    const { folder, sha } = withHistory();
    const clone = makeFolder();

    git(clone, 'clone', '--quiet', '--depth', '1', `file://${folder}`, '.');

    expect(await differenceFrom(clone, sha)).toBeUndefined();
  });

  it('is seen with ends of lines that are kept as they are, and a submodule that is not checked out', async () => {
    const inner = committed({ 'a.txt': 'a' });
    const { folder } = committed({ '.gitattributes': '* text=auto\n', 'a.txt': 'a\nb\n' });
    git(folder, 'submodule', '--quiet', 'add', inner.folder, 'inner');
    git(folder, 'commit', '--quiet', '--message', 'inner');
    git(folder, 'submodule', '--quiet', 'deinit', '--force', 'inner');

    expect(await differenceFrom(folder, commitOf(folder))).toBeUndefined();
  });

  it.each(['.pack', '.idx'])('is never taken for the commit: a broken %s', async (end) => {
    const { folder, sha } = withHistory();
    git(folder, 'gc', '--quiet');
    const packs = join(folder, '.git/objects/pack');
    const name = readdirSync(packs).find((one) => one.endsWith(end)) ?? '';
    const whole = readFileSync(join(packs, name));
    chmodSync(join(packs, name), 0o644);

    for (const length of [0, 4, 300, 1_100, Math.floor(whole.length / 2)]) {
      writeFileSync(join(packs, name), whole.subarray(0, length));
      expect(await differenceFrom(folder, sha)).toMatch(/^the object [0-9a-f]{40} /);
    }
  });
});
