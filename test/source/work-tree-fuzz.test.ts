import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differenceFrom } from '../../src/source/work-tree.ts';
import { fuzzRuns } from '../jobspec/fuzz-runs.ts';
import { git, makeFolder } from './folder.ts';

const path = fc.constantFrom('a', 'b.log', 'é', 'f g', 'd/a', 'd/b', 'd/e/a', 'd/e/f/a', 'x/y');
const file = fc.record({
  path,
  kind: fc.constantFrom('file', 'file', 'executable', 'link'),
  text: fc.constantFrom('', 'one\n', 'two\r\n', 'x'.repeat(5_000)),
});
const files = fc.array(file, { minLength: 1, maxLength: 8 });
const scene = fc.record({
  format: fc.constantFrom('sha1', 'sha1', 'sha256'),
  commits: fc.array(files, { minLength: 1, maxLength: 3 }),
  pack: fc.constantFrom('nothing', 'gc', 'ids'),
  after: fc.array(file, { maxLength: 1 }),
  removed: fc.option(path, { nil: undefined }),
});

const PACKING = {
  nothing: undefined,
  gc: ['gc', '--quiet', '--aggressive', '--prune=now'],
  ids: ['-c', 'repack.useDeltaBaseOffset=false', 'repack', '-adfq'],
} as const;

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function write(folder: string, { path: name, kind, text }: Scene['after'][number]): void {
  const at = join(folder, name);
  mkdirSync(dirname(at), { recursive: true });
  rmSync(at, { force: true });
  if (kind === 'link') symlinkSync(text.slice(0, 20) || 'nowhere', at);
  else {
    writeFileSync(at, text);
    chmodSync(at, kind === 'executable' ? 0o755 : 0o644);
  }
}

function answer(folder: string, ...words: readonly string[]): string {
  return execFileSync('git', ['-c', 'core.quotePath=false', ...words], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();
}

function repository({ format, commits, pack }: Pick<Scene, 'format' | 'commits' | 'pack'>): string {
  const folder = makeFolder({ '.gitignore': '*.log\n' });
  git(folder, 'init', '--quiet', `--object-format=${format}`);
  for (const contents of commits) {
    for (const one of contents) write(folder, one);
    git(folder, 'add', '--all', '--force');
    git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'one');
  }
  const words = PACKING[pack];
  if (words !== undefined) git(folder, ...words);
  return folder;
}

it('sees a difference where Git does, and nowhere else', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ after, removed, ...made }) => {
      const folder = repository(made);
      for (const one of after) write(folder, one);
      if (removed !== undefined) rmSync(join(folder, removed), { force: true });

      const difference = await differenceFrom(folder, answer(folder, 'rev-parse', 'HEAD'));

      const status = answer(folder, 'status', '--porcelain', '--ignored', '--untracked-files=all');
      expect({ status, isSame: difference === undefined }).toEqual({ status, isSame: status === '' });
    }),
    { numRuns: fuzzRuns(12, 1_000) },
  );
});
