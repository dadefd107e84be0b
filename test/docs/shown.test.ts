import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ROOT } from './repository.ts';

interface WriteShown {
  staleTables(report: string, root: string): readonly string[];
}

const { staleTables }: WriteShown = await import(pathToFileURL(join(ROOT, 'scripts/write-shown.mjs')).href);

const HEAD = '| It says | Shown by |\n| --- | --- |\n';
const TESTS = ['a.test.ts › a group › does it'];

type Status = 'passed' | 'failed' | 'pending';

describe('a table of what tests show', () => {
  const folders: string[] = [];

  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  /** What is stale in a project with one table of one row, after a run with one test. */
  function staleOf(title: string, status: Status, page: string): readonly string[] {
    const root = `${mkdtempSync(join(tmpdir(), 'jobimg-shown-'))}/`;
    folders.push(root);
    mkdirSync(join(root, 'test/shown'), { recursive: true });
    const table = { page: 'page.md', heads: ['It says'], rows: [{ cells: ['yes'], tests: TESTS }] };
    writeFileSync(join(root, 'test/shown/one.json'), JSON.stringify(table));
    writeFileSync(join(root, 'page.md'), page);
    const assertionResults = [{ ancestorTitles: ['a group'], title, status }];
    const report = join(root, 'jest.json');
    writeFileSync(
      report,
      JSON.stringify({ testResults: [{ name: join(root, 'test/a.test.ts'), assertionResults }] }),
    );
    return staleTables(report, root);
  }

  const current = `before\n<!-- shown -->\n${HEAD}| yes | [a](test/a.test.ts): does it |\n<!-- /shown -->\nafter\n`;

  it('is current when the page has it and its test passed', () => {
    expect(staleOf('does it well', 'passed', current)).toEqual([]);
  });

  it('does not ask a machine for what it cannot run', () => {
    expect(staleOf('does it well', 'pending', current)).toEqual([]);
  });

  it.each<[string, string, Status]>([
    ['failed', 'does it well', 'failed'],
    ['is gone', 'does something else', 'passed'],
  ])('is stale when its test %s', (_, title, status) => {
    expect(staleOf(title, status, current)).toEqual([
      'page.md: "yes": no test passed that begins with "a.test.ts › a group › does it"',
    ]);
  });

  it('is stale when the page says something else', () => {
    expect(staleOf('does it', 'passed', current.replace('yes', 'no'))).toEqual([
      'page.md is not what the tests show: run `node scripts/write-shown.mjs`',
    ]);
  });
});
