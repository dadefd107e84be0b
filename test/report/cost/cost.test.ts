import { describe, expect, it } from '@jest/globals';
import { type JobCost, MergeCost } from '../../../src/cost/cost.ts';
import { costLines } from '../../../src/report/cost/cost-text.ts';
import { costComment } from '../../../src/report/summary/cost-comment.ts';
import { costMarkdown } from '../../../src/report/summary/cost-table.ts';

const ANEW: JobCost = {
  name: 'train',
  made: 'environment',
  why: 'rebuilt: requirements.txt changed',
  packages: { kind: 'pinned', changes: [{ name: 'torch', from: '2.7', to: '2.8' }], more: 0, whole: true },
  pull: { base: 0, before: 2_400_000_000 },
  code: { files: 3, bytes: 12_000 },
};
const CODE: JobCost = { name: 'eval', made: 'code', code: { files: 3, bytes: 12_000 } };
const costOf = (...jobs: readonly JobCost[]): MergeCost => ({
  version: 1,
  spec: 'jobimg.yml',
  jobs,
  more: 0,
});

describe('what merging costs', () => {
  it('is a table of jobs, and their packages', () => {
    expect(costMarkdown(costOf(ANEW, CODE))).toBe(
      [
        '| job | environment | every machine pulls | why |',
        '| --- | --- | --- | --- |',
        '| <code>train</code> | built anew | about 2.4 GB, and at most 12 kB of code | <code>rebuilt&#58; requirements&#46;txt changed</code> |',
        '| <code>eval</code> | stays, the code is new | the code layer alone, at most 12 kB |  |',
        '',
        'Packages of <code>train</code>: 1 package changes.',
        '',
        '| package | before | after |',
        '| --- | --- | --- |',
        '| <code>torch</code> | <code>2&#46;7</code> | <code>2&#46;8</code> |',
      ].join('\n'),
    );
  });

  it('tells packages of jobs with one environment once', () => {
    const text = costMarkdown(costOf(ANEW, { ...ANEW, name: 'sweep' }));

    expect(text.match(/Packages of/g)).toHaveLength(1);
    expect(text).toContain('Packages of <code>train</code>, <code>sweep</code>:');
  });

  it('is told on a terminal line by line', () => {
    expect(costLines(costOf(ANEW))).toEqual([
      'job train',
      '  environment  built anew',
      '  why          rebuilt: requirements.txt changed',
      '  pulled       about 2.4 GB, and at most 12 kB of code',
      '  packages     1 package changes',
      '    torch 2.7 → 2.8',
    ]);
  });

  it.each([
    [{ kind: 'at-build' }, 'resolved at build: no lock says which versions'],
    [
      { kind: 'unknown' },
      'not compared: the files that pin them, or those before the change, cannot be read',
    ],
    [
      { kind: 'pinned', changes: [], more: 0, whole: false },
      'no pinned version changes; what is not pinned is resolved at build',
    ],
  ] as const)('says of packages that are %j what is so', (packages, words) => {
    expect(costLines(costOf({ ...ANEW, packages }))).toContain(`  packages     ${words}`);
  });

  it.each([
    [{ base: 30_000_000 }, 'at least 30 MB'],
    [{ base: 30_000_000, packages: 70_000_000 }, 'at least 100 MB'],
    [{}, 'not known before it is built'],
  ])('says of %j what a machine pulls', (pull, words) => {
    const { code: _, ...job } = ANEW;

    expect(costLines(costOf({ ...job, pull }))).toContain(`  pulled       ${words}`);
  });
});

describe('a comment from what a stranger wrote', () => {
  const hostile = '@acme/all #1 <img src=x> [a](https://evil.example) |`\n\u202e<!-- jobimg cost';

  it('calls nobody, links nothing, and has no HTML but our own', () => {
    const read = MergeCost.parse(costOf({ ...ANEW, name: hostile, why: hostile }));

    const text = costComment(read);

    const outside = text.replace(/<code>[^<]*<\/code>/g, '');
    expect(text).not.toMatch(/@|<img|\]\(|https:|\u202e/);
    expect(outside).not.toMatch(/acme|#1|evil/);
    expect(text.match(/<!--/g)).toHaveLength(1);
    expect(text.replace(/^<!--.*-->\n/, '').replace(/<\/?code>/g, '')).not.toContain('<');
  });

  it('is never longer than GitHub takes', () => {
    const changes = Array.from({ length: 200 }, (_, index) => ({
      name: `${'x'.repeat(190)}${index}`,
      to: '1',
    }));
    const jobs = Array.from({ length: 50 }, (_, index) => ({
      ...ANEW,
      name: `${'@'.repeat(190)}${index}`,
      packages: { kind: 'pinned', changes, more: index, whole: true } as const,
    }));

    expect(costComment(costOf(...jobs)).length).toBeLessThan(65_536);
  });

  it.each([
    ['a number that is none', { pull: '7' }],
    ['a number below one', { pull: -1 }],
    ['a key that nobody knows', { body: 'hello' }],
    ['too many jobs', { jobs: Array.from({ length: 51 }, () => CODE) }],
    ['a text that is too long', { spec: 'x'.repeat(1_001) }],
  ])('is refused for %s', (_, change) => {
    expect(MergeCost.safeParse({ ...costOf(ANEW), ...change }).success).toBe(false);
  });
});
