// Writes the tables of `test/shown/` into the documents, each row with the tests that show it, and what platforms
// cannot show, of `test/faults/platforms/left-out.json`. `--check` compares instead. A complete `npm test` says whether those tests exist and passed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What jest said of the last complete run. */
export const REPORT = join(ROOT, 'build', 'jest.json');

/**
 * @typedef {object} Table a file of `test/shown/`
 * @property {string} page the document, with the markers `<!-- shown -->` and `<!-- /shown -->`
 * @property {readonly string[]} heads of the columns that the rows bring
 * @property {readonly Row[]} rows
 *
 * @typedef {object} Row
 * @property {readonly string[]} cells
 * @property {readonly string[]} tests `<file below test> › <how the full names begin>`
 *
 * @typedef {object} Ran
 * @property {string} file below the repository
 * @property {string} name titles of its groups and its own, joined with ` › `
 * @property {'passed' | 'failed' | 'pending'} status
 */

const [START, END] = ['<!-- shown -->', '<!-- /shown -->'];
const LEFT_OUT = ['<!-- left out -->', '<!-- /left out -->'];

/** A line for each document whose table is not that of `test/shown/`. */
export function staleTables(root = ROOT) {
  return pages(root)
    .filter(({ was, is }) => was !== is)
    .map(({ table }) => `${table.page} is not what test/shown/ holds: run \`node scripts/write-shown.mjs\``);
}

/** A line for each row that names a test which the complete run of the report did not pass. */
export function unprovedRows(report = REPORT, root = ROOT) {
  const ran = testsOf(JSON.parse(readFileSync(report, 'utf8')), root);
  return pages(root).flatMap(({ table: { page, rows } }) =>
    rows.flatMap(({ cells, tests }) =>
      tests
        .filter((test) => !isShown(test, ran))
        .map((test) => `${page}: "${cells.join(' | ')}": no test passed that begins with "${test}"`),
    ),
  );
}

function pages(root) {
  const folder = join(root, 'test', 'shown');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const shown = files.sort().map((name) => {
    const table = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const was = readFileSync(join(root, table.page), 'utf8');
    return { table, was, is: renewed(was, table) };
  });
  return [...shown, ...leftOutPage(root)];
}

/** @returns {readonly Ran[]} */
function testsOf({ testResults }, root) {
  return testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: file.slice(root.length),
      name: [...ancestorTitles, title].join(' › '),
      status,
    })),
  );
}

/** A test that this machine cannot run takes nothing away; where it can, nothing is left out. */
function isShown(test, ran) {
  const { file, name } = parsed(test);
  const found = ran.filter((one) => one.file === file && one.name.startsWith(name));
  return found.length > 0 && !found.some(({ status }) => status === 'failed');
}

function parsed(test) {
  const [path, ...titles] = test.split(' › ');
  if (path === undefined || titles.length === 0) throw new Error(`"${test}" is no "<file> › <test>"`);
  return { file: `test/${path}`, name: titles.join(' › ') };
}

/** @param {string} markdown @param {Table} table */
function renewed(markdown, { page, heads, rows }) {
  const cells = rows.map((row) => [...row.cells, shownBy(row.tests, page)]);
  return withTable(markdown, page, [START, END], [[...heads, 'Shown by'], ...cells]);
}

/** The first of the rows is the head of the table. */
function withTable(markdown, page, [start, end], [head, ...rows]) {
  const [before, ...rest] = markdown.split(start);
  const after = rest.join(start).split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has no "${start}" and "${end}"`);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${before}${start}\n${lines.join('\n')}\n${end}${after}`;
}

/** What platforms cannot show of what is asked of every backend, by what that is. */
function leftOutPage(root) {
  const file = join(root, 'test', 'faults', 'platforms', 'left-out.json');
  if (!existsSync(file)) return [];
  const { page, places } = JSON.parse(readFileSync(file, 'utf8'));
  const was = readFileSync(join(root, page), 'utf8');
  const names = [...new Set(Object.values(places).flatMap(Object.keys))].sort();
  const rows = names.map((name) => [`it ${cellOf(name)}`, whyNot(name, places)]);
  return [
    {
      table: { page, rows: [] },
      was,
      is: withTable(was, page, LEFT_OUT, [['Not shown', 'Where, and why'], ...rows]),
    },
  ];
}

/** Places with one reason are told together. */
function whyNot(name, places) {
  const why = new Map();
  for (const [place, rows] of Object.entries(places)) {
    const reason = rows[name];
    if (reason !== undefined) why.set(reason, [...(why.get(reason) ?? []), `\`${place}\``]);
  }
  return [...why].map(([reason, where]) => `${where.join(', ')}: ${cellOf(reason)}`).join('; ');
}

function shownBy(tests, page) {
  const up = '../'.repeat(page.split('/').length - 1);
  return tests
    .map(parsed)
    .map(({ file, name }) => `[${baseOf(file)}](${up}${file}): ${cellOf(name.split(' › ').at(-1))}`)
    .join('; ');
}

function baseOf(file) {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.test\.ts$/, '');
}

function cellOf(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();
}

function main() {
  if (!process.argv.includes('--check')) return write();
  const stale = staleTables();
  for (const line of stale) console.error(line);
  if (stale.length > 0) process.exitCode = 1;
}

function write() {
  for (const { table, is } of pages(ROOT)) writeFileSync(join(ROOT, table.page), is);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
