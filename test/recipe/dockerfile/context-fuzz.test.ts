// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../src/errors.ts';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { namedFiles, selectFiles } from '../../../src/recipe/dockerfile/context/selection.ts';
import type { ContextSource, OwnRecipe } from '../../../src/recipe/recipe.ts';
import { fuzzRuns } from '../../jobspec/fuzz-runs.ts';
import { jobOf, treeOf } from '../support.ts';

const PATHS = [
  'a.txt',
  'b.txt',
  'src/a.py',
  'src/deep/b.py',
  'src/deep/er/c.py',
  'data/d.csv',
  '.env',
  'x y',
];
const FILES = PATHS.map((path) => ({ path, kind: 'file' as const }));

const piece = fc.constantFrom(
  ...[
    'COPY ',
    'ADD ',
    'RUN ',
    'ENV ',
    'ARG ',
    'ONBUILD ',
    'FROM busybox\n',
    'FROM busybox AS one\n',
    'FROM one\n',
  ],
  ...[
    '--from=one ',
    '--from=0 ',
    '--exclude=*.py ',
    '--parents ',
    '--link ',
    '-- ',
    '--mount=type=bind,src=',
  ],
  ...[
    'a.txt',
    'src',
    'src/',
    './',
    '.',
    '/',
    '..',
    '*',
    '**',
    '?',
    '[ab]',
    '[',
    ']',
    '\\',
    '"',
    "'",
    '$A',
    '${A',
    '}',
  ],
  ...[
    'A=',
    'A',
    'src/deep',
    ':-',
    'x',
    ' ',
    ' ',
    '\n',
    '\\\n',
    '<<E',
    '\nE\n',
    '["',
    '", "',
    '"]',
    '/x/',
    '#',
    ',',
  ],
);
const head = fc
  .array(
    fc.constantFrom(
      ...['\uFEFF', '#!/x\n', '# check=x\n', '\n', '# x\n', '//', '# ', 'syntax', ' = '],
      ...['# syntax=docker/dockerfile:1\n', 'docker/dockerfile', ':1.2', ':1-labs', '@', '\r\n'],
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));
const dockerfile = fc
  .tuple(head, fc.array(piece, { maxLength: 40 }))
  .map(([first, pieces]) => `${first}FROM busybox\n${pieces.join('')}\n`);

function narrow({ images, context }: OwnRecipe): void {
  for (const { start, end } of images) expect(end).toBeGreaterThan(start);
  const sources = context.kind === 'walked' ? context.sources : undefined;
  if (sources !== undefined) selectFiles(FILES, sources, () => '');
}

describe('any own Dockerfile', () => {
  it('gets a context, or is refused with a clear error', () => {
    const job = jobOf('run: x\nimage: { dockerfile: Dockerfile }\n');
    fc.assert(
      fc.property(dockerfile, (text) => {
        try {
          const own = chooseRecipe(job, treeOf({ Dockerfile: text })).environment?.own;
          if (own !== undefined) narrow(own);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: fuzzRuns(300, 2) },
    );
  });
});

const name = fc.constantFrom(
  'a.txt',
  'b.txt',
  'src',
  'deep',
  'er',
  '*',
  '*.txt',
  '?.txt',
  '[ab]*',
  's*',
  '*.py',
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

describe('the files of a source', () => {
  /** What BuildKit copies: the paths that the pattern matches, and what is below them. */
  function copied({ path: pattern }: ContextSource): readonly string[] {
    const text = pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]');
    const shape = new RegExp(`^${text}$`);
    return PATHS.filter((file) => {
      const names = file.split('/');
      return names.some((_, index) => shape.test(names.slice(0, index + 1).join('/')));
    });
  }

  it('are those that it matches, and what is below them', () => {
    fc.assert(
      fc.property(
        fc.array(
          path.map((one) => ({ path: one })),
          { maxLength: 3 },
        ),
        (sources) => {
          const selected = namedFiles(FILES, sources, () => '').map((file) => file.path);

          expect(selected).toEqual(
            PATHS.filter((file) => sources.some((source) => copied(source).includes(file))),
          );
        },
      ),
      { numRuns: fuzzRuns(300, 2) },
    );
  });

  it('end with links that lead to each other', () => {
    const links = ['one', 'two', 'three'].map((one) => ({ path: one, kind: 'link' as const }));

    const selected = selectFiles(
      [...links, ...FILES],
      [{ path: 'one/x' }, { path: '**', parents: true }],
      ({ path: from }) => (from === 'one' ? 'two/../two' : from === 'two' ? '/one' : '.'),
    );

    expect(selected.map((file) => file.path)).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });
});
