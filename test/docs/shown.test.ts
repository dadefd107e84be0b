import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ROOT } from './repository.ts';

interface WriteShown {
  staleTables(root: string): readonly string[];
  unprovedRows(report: string, root: string): readonly string[];
}

const { staleTables, unprovedRows }: WriteShown = await import(
  pathToFileURL(join(ROOT, 'scripts/write-shown.mjs')).href
);

const HEAD = '| It says | Shown by |\n| --- | --- |\n';
const TESTS = ['a.test.ts › a group › does it'];

type Status = 'passed' | 'failed' | 'pending';

describe('a table of what tests show', () => {
  const folders: string[] = [];

  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  /** A project with one table of one row. */
  function projectWith(page: string): string {
    const root = `${mkdtempSync(join(tmpdir(), 'jobimg-shown-'))}/`;
    folders.push(root);
    mkdirSync(join(root, 'test/shown'), { recursive: true });
    const table = { page: 'page.md', heads: ['It says'], rows: [{ cells: ['yes'], tests: TESTS }] };
    writeFileSync(join(root, 'test/shown/one.json'), JSON.stringify(table));
    writeFileSync(join(root, 'page.md'), page);
    return root;
  }

  /** What a run with one test leaves unproved. */
  function unprovedBy(title: string, status: Status): readonly string[] {
    const root = projectWith(current);
    const assertionResults = [{ ancestorTitles: ['a group'], title, status }];
    const report = join(root, 'jest.json');
    writeFileSync(
      report,
      JSON.stringify({ testResults: [{ name: join(root, 'test/a.test.ts'), assertionResults }] }),
    );
    return unprovedRows(report, root);
  }

  const current = `before\n<!-- shown -->\n${HEAD}| yes | [a](test/a.test.ts): does it |\n<!-- /shown -->\nafter\n`;

  it('is proved when its test passed', () => {
    expect(unprovedBy('does it well', 'passed')).toEqual([]);
  });

  it('does not ask a machine for what it cannot run', () => {
    expect(unprovedBy('does it well', 'pending')).toEqual([]);
  });

  it.each<[string, string, Status]>([
    ['failed', 'does it well', 'failed'],
    ['is gone', 'does something else', 'passed'],
  ])('is not proved when its test %s', (_, title, status) => {
    expect(unprovedBy(title, status)).toEqual([
      'page.md: "yes": no test passed that begins with "a.test.ts › a group › does it"',
    ]);
  });

  it('is current when the page has it', () => {
    expect(staleTables(projectWith(current))).toEqual([]);
  });

  it('is stale when the page says something else', () => {
    expect(staleTables(projectWith(current.replace('yes', 'no')))).toEqual([
      'page.md is not what test/shown/ holds: run `node scripts/write-shown.mjs`',
    ]);
  });
});
