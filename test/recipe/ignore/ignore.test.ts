import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../src/errors.ts';
import { Findings } from '../../../src/findings.ts';
import { codeFiles, contextFiles } from '../../../src/recipe/ignore/code.ts';
import { readIgnoreFile } from '../../../src/recipe/ignore/file.ts';
import { createMatcher } from '../../../src/recipe/ignore/ignore.ts';
import { BUILT_IN_IGNORE, codePatterns } from '../../../src/recipe/ignore/paths.ts';
import { jobOf, treeOf } from '../support.ts';

/**
 * A real folder with these files, filtered by the very packages that BuildKit filters a build context with
 * (their versions stand in the file): one list of what was left per ignore file.
 */
interface Verdicts {
  readonly files: readonly string[];
  readonly cases: readonly {
    readonly ignore: string;
    readonly kept: readonly number[];
    readonly error?: true;
  }[];
}

const verdicts: Verdicts = JSON.parse(
  readFileSync(new URL('../../golden/ignore/verdicts.json', import.meta.url), 'utf8'),
);

function readOf(text: string, file = '.dockerignore') {
  const findings = new Findings();
  const patterns = readIgnoreFile(text, file, findings);
  return { patterns, findings: findings.all };
}

function kept(patterns: readonly string[], files: readonly string[]): readonly string[] {
  const { ignores } = createMatcher(patterns);
  return files.filter((file) => !ignores(file));
}

function verdictOf(ignore: string): string {
  const read = readOf(ignore);
  return read.findings.length > 0 ? 'refused' : kept(read.patterns, verdicts.files).toSorted().join('\n');
}

function expectedOf({ kept: indexes, error }: Verdicts['cases'][number]): string {
  if (error === true) return 'refused';
  return indexes
    .map((index) => verdicts.files[index])
    .toSorted()
    .join('\n');
}

describe('what a .dockerignore leaves out', () => {
  it('is what BuildKit leaves out, case by case', () => {
    const wrong = verdicts.cases.filter((one) => verdictOf(one.ignore) !== expectedOf(one));

    expect(wrong).toEqual([]);
  });

  it.each([
    { patterns: ['.venv'], folder: '.venv', prune: true },
    { patterns: ['.venv', '!src'], folder: '.venv', prune: true },
    { patterns: ['.venv', '!src/**/*.py'], folder: '.venv', prune: true },
    { patterns: ['.venv', '!*.md'], folder: '.venv', prune: true },
    { patterns: ['.venv', '!*/*.md'], folder: '.venv', prune: false },
    { patterns: ['.venv', '!**/*.md'], folder: '.venv', prune: false },
    { patterns: ['*', '!src/a/b.py'], folder: 'src', prune: false },
    { patterns: ['*', '!src/a/b.py'], folder: 'data', prune: true },
  ])('skips a folder when nothing below it can come back: $patterns', ({ patterns, folder, prune }) => {
    const verdict = createMatcher(patterns).visit(folder);

    expect(verdict).toMatchObject({ ignored: true, prune });
  });

  it('never skips a folder that holds something that enters', () => {
    const glob = fc
      .array(fc.constantFrom('a', 'b', '*', '**', '?', 'a*', '[ab]'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));
    const pattern = fc.tuple(fc.constantFrom('', '!'), glob).map(([sign, text]) => sign + text);
    const path = fc.array(fc.constantFrom('a', 'b', 'c', 'ab'), { minLength: 2, maxLength: 5 });

    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, (patterns, parts) => {
        // A wildcard inside an exception that matches nothing here makes Docker walk everything.
        const walked = createMatcher([...patterns, '!zz*/**/zz']);
        const every = createMatcher([...patterns, '!**/zz*']);

        expect(walked.ignores(parts.join('/'))).toBe(every.ignores(parts.join('/')));
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends with patterns that make a backtracking matcher hang', () => {
    const stars = `${'*a'.repeat(200)}[b]`;
    const folders = `${'**/a/'.repeat(2_000)}b`;

    const found = kept([stars, folders], ['a'.repeat(2_000), `${'a/'.repeat(1_000)}b`]);

    expect(found).toEqual(['a'.repeat(2_000), `${'a/'.repeat(1_000)}b`]);
  });
});

describe('reading an ignore file', () => {
  it('cleans patterns, and drops comments and empty lines', () => {
    const read = readOf('\uFEFF# comment\r\n\r\n /a/./b/ \n! /c\n');

    expect(read).toEqual({ patterns: ['a/b', '!c'], findings: [] });
  });

  it('takes escaped marks, blanks in names, sets of letters and negations as Docker does', () => {
    const { patterns, findings } = readOf(
      '\uFEFF# of the data\n/out/tmp/\n**/*.tmp\n  two words  \n*.txt\n!keep.txt\n\\#1.cfg\n\\!now.cfg\nv[[]2].cfg\nsrc/**/old.py\n./src/made\n',
    );
    const others = ['out/kept.csv', 'keep.txt', '1.cfg', 'v2.cfg', 'src/new.py', 'sub/a.txt', '.hidden'];
    const out = ['out/tmp/a', 'a.tmp', 'sub/deep/b.tmp', 'two words/a', 'a.txt', '#1.cfg', '!now.cfg'];
    const more = ['v[2].cfg', 'src/old.py', 'src/sub/deep/old.py', 'src/made/a.pyc'];

    expect(findings).toEqual([]);
    expect(kept(patterns, [...others, ...out, ...more])).toEqual(others);
  });

  it('tells every bad pattern at its line', () => {
    const read = readOf('a\n!../../etc\n[b\n!\nfoo\\quux', 'x/.dockerignore');

    expect(
      read.findings.map(({ code, message, location }) => ({ code, message, line: location?.line })),
    ).toEqual([
      { code: 'ignore-outside', message: '"!../../etc" names something outside the folder', line: 2 },
      { code: 'ignore-pattern', message: `"[b" has no ']' for its '['`, line: 3 },
      { code: 'ignore-pattern', message: `"!" names nothing after its '!'`, line: 4 },
      {
        code: 'ignore-pattern',
        message: `"foo\\quux" has '\\q', which is not an escape; folders are separated by '/'`,
        line: 5,
      },
    ]);
  });

  it.each([
    { text: 'a\n'.repeat(5_001), message: '".dockerignore" has more than 5000 patterns' },
    { text: '**/'.repeat(30_000), message: '".dockerignore" is larger than 65536 bytes' },
  ])('refuses a file that is too large: $message', ({ text, message }) => {
    const read = readOf(text);

    expect(read.findings.map((finding) => finding.message)).toEqual([message]);
  });

  it('throws what the user can mend for a pattern given directly', () => {
    expect(() => createMatcher(['[a'])).toThrow(UserError);
  });

  it('never throws anything else, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (text, path) => {
        const read = readOf(text);

        if (read.findings.length === 0)
          expect(typeof createMatcher(read.patterns).ignores(path)).toBe('boolean');
        else expect(() => createMatcher(read.patterns)).toThrow(UserError);
      }),
    );
  });
});

describe('what never enters', () => {
  const patterns = codePatterns({
    spec: 'jobs/[gpu].yml',
    outputs: ['outputs/', './runs/*'],
    checkpoint: 'state/deep',
    metrics: 'metrics.json',
  });

  it('keeps out private files, the spec, the lock and what runs write', () => {
    const out = [
      '.git/config',
      'lib/.git',
      'a/__pycache__/b.pyc',
      '.env',
      'deep/.ssh/id_rsa',
      'keys/id_ed25519',
    ];
    const own = [
      'jobs/[gpu].yml',
      'jobimg.lock',
      '.dockerignore',
      'outputs/model.pt',
      'runs/*',
      'metrics.json',
      'state/deep/step-1.pt',
    ];

    expect(kept(patterns, [...out, ...own])).toEqual([]);
  });

  it('leaves everything else alone', () => {
    const files = [
      'train.py',
      '.env.example',
      'src/outputs/a.py',
      'jobs/g.yml',
      'runs/a',
      'src/metrics.json',
      'state/other.py',
    ];

    expect(kept(patterns, files)).toEqual(files);
  });

  it('is the checkpoint of a job, from the code and from the context of its own Dockerfile', () => {
    const job = jobOf('run: x\ncheckpoint: app/state\ncode: layer\n');
    const tree = treeOf({ 'app/state/a': '' });
    const sets = [
      codeFiles(job, tree, new Findings()),
      contextFiles(job, 'app/Dockerfile', 'app', tree, new Findings()),
    ];

    expect(sets.map((set) => 'ignore' in set && set.ignore.at(-1))).toEqual(['app/state', 'state']);
  });

  it('is brought back by a pattern that names it', () => {
    const { ignores } = createMatcher([...BUILT_IN_IGNORE, '!.env']);

    expect(['.env', 'a/.env'].map(ignores)).toEqual([false, true]);
  });
});
