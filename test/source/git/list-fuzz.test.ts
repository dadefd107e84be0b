import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzRuns } from '../../jobspec/fuzz-runs.ts';
import { type Content, git, makeFolder, pathsIn, walked } from '../folder.ts';

const name = fc.constantFrom('a', 'b', 'c.py', 'd.log', 'é', 'f g');
const pattern = fc.constantFrom(
  ...[
    'a',
    'b/',
    '/a',
    '*.log',
    '!*.log',
    'a/b',
    '**/b',
    'a/**',
    '!a/',
    '*',
    '!c.py',
    'é',
    '# no',
    'a/*/b',
    '!*/',
  ],
);
const place = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const ignoreFile = fc.record({
  at: fc.constantFrom('', 'a/', 'b/', 'a/b/'),
  text: fc.array(pattern, { maxLength: 4 }).map((lines) => lines.join('\n')),
});
const repository = fc.record({
  files: fc.array(fc.record({ at: place, link: fc.boolean() }), { minLength: 1, maxLength: 20 }),
  ignoreFiles: fc.array(ignoreFile, { maxLength: 3 }),
  tracked: fc.array(fc.nat(30), { maxLength: 8 }),
  deleted: fc.array(fc.nat(30), { maxLength: 2 }),
  nested: fc.option(fc.constantFrom('a', 'b', 'a/b'), { nil: undefined }),
  version: fc.constantFrom('2', '3', '4'),
  folder: fc.constantFrom('', '', 'a', 'a/b'),
});
type Described = typeof repository extends fc.Arbitrary<infer T> ? T : never;

/** Files in an order in which one never takes the place of a folder. */
function contents({ files, ignoreFiles }: Described): Readonly<Record<string, Content>> {
  const taken: Record<string, Content> = {};
  for (const { at, link } of files) {
    const inTheWay = Object.keys(taken).some(
      (other) => `${other}/`.startsWith(`${at}/`) || at.startsWith(`${other}/`),
    );
    if (!inTheWay) taken[at] = link ? { link: 'somewhere' } : '';
  }
  const folders = new Set(
    Object.keys(taken).flatMap((path) =>
      [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1)),
    ),
  );
  for (const { at, text } of ignoreFiles) if (at === '' || folders.has(at)) taken[`${at}.gitignore`] = text;
  return taken;
}

function makeRepository(described: Described): string {
  const files = contents(described);
  const paths = Object.keys(files);
  const root = makeFolder(files);
  git(root, 'init', '-q');
  git(root, 'config', 'index.version', described.version);
  const { nested } = described;
  if (nested !== undefined && paths.some((path) => path.startsWith(`${nested}/`)))
    git(join(root, nested), 'init', '-q');
  const tracked = described.tracked
    .flatMap((at) => paths[at] ?? [])
    .filter((path) => nested === undefined || !path.startsWith(`${nested}/`));
  if (tracked.length > 0) git(root, 'add', '-f', '--', ...tracked);
  for (const path of described.deleted.flatMap((at) => paths[at] ?? []))
    rmSync(join(root, path), { force: true });
  return root;
}

/** What Git names, repositories inside looked through in turn; everything where it names nothing. */
async function namedByGit(folder: string): Promise<readonly string[]> {
  const said = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
  const names = [...new Set(said.toString().split('\0'))].filter((path) => path !== '');
  if (names.length === 0) return await pathsIn(folder, walked({ ignore: BUILT_IN }));
  const all = names.map(async (path) =>
    path.endsWith('/') ? (await namedByGit(join(folder, path))).map((inner) => path + inner) : [path],
  );
  return (await Promise.all(all)).flat();
}

const BUILT_IN = ['**/.git'];

describe('the files of a repository', () => {
  it('are those that Git names and that are there', async () => {
    await fc.assert(
      fc.asyncProperty(repository, async (described) => {
        const root = makeRepository(described);
        const there = await pathsIn(root, walked());
        const folder = there.some((path) => path.startsWith(`${described.folder}/`)) ? described.folder : '';

        const named = await namedByGit(join(root, folder));

        const inFolder = (path: string): string => (folder === '' ? path : `${folder}/${path}`);
        const expected = named.filter((path) => there.includes(inFolder(path)));
        const paths = await pathsIn(root, walked({ git: true, folder, ignore: BUILT_IN }));
        expect([...paths].sort()).toEqual([...expected].sort());
      }),
      { numRuns: fuzzRuns(25, 1_000) },
    );
  });
});
