import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differenceFrom } from '../../../src/source/work-tree.ts';
import { fuzzRuns } from '../../jobspec/fuzz-runs.ts';
import { git, makeFolder, put } from '../folder.ts';

interface Made {
  readonly folder: string;
  readonly sha: string;
  /** Files of the store, absolute. */
  readonly stored: readonly string[];
}

/** Folders of many files that differ little, and a commit whose trees are deltas. */
function repository(packed: boolean): Made {
  const names = Array.from({ length: 60 }, (_, index) => `d/file-${index}`);
  const folder = makeFolder(Object.fromEntries(names.map((name) => [name, name])));
  git(folder, 'init', '--quiet');
  for (const round of ['one', 'two', 'three']) {
    put(folder, 'd/file-7', round);
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message', round);
  }
  git(folder, 'checkout', '--quiet', '--detach', 'HEAD~2');
  if (packed) git(folder, 'gc', '--quiet', '--aggressive', '--prune=now');
  const sha = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
  const objects = join(folder, '.git/objects');
  const stored = readdirSync(objects, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:pack|idx)$|^[0-9a-f]{2}\/[0-9a-f]{38}$/.test(name))
    .map((name) => join(objects, name));
  for (const file of stored) chmodSync(file, 0o644);
  return { folder, sha, stored };
}

const change = fc.record({
  file: fc.nat(),
  at: fc.nat(),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  cut: fc.boolean(),
});

describe.each([
  ['packed', true],
  ['loose', false],
] as const)('a store that somebody wrote into, %s', (_, packed) => {
  it('never makes a changed checkout the same, and is never a bug', async () => {
    const { folder, sha, stored } = repository(packed);
    expect(await differenceFrom(folder, sha)).toBeUndefined();
    put(folder, 'd/file-7', 'evil');

    await fc.assert(
      fc.asyncProperty(change, async ({ file, at, bytes, cut }) => {
        const path = stored[file % stored.length] ?? '';
        const whole = readFileSync(path);
        const changed = Buffer.from(whole);
        changed.set(bytes.slice(0, whole.length - (at % whole.length)), at % whole.length);
        writeFileSync(path, cut ? changed.subarray(0, at % whole.length) : changed);

        const difference = await differenceFrom(folder, sha);

        writeFileSync(path, whole);
        expect(difference).toMatch(/^the object \w{40} |^"d\/file-7" has different contents/);
      }),
      { numRuns: fuzzRuns(40, 100) },
    );
  });
});
