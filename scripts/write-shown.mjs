// Writes the tables of `test/shown/` into the documents, each row with the tests that show it, from what the last
// complete `npm test` said of them. `--check` compares instead.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Every table that is not what the run shows, and every row that no test shows: one line each. */
export function staleTables(report = REPORT, root = ROOT) {
  return renewAll(report, root).flatMap(({ page, was, is, unproved }) => [
    ...unproved,
    ...(was === is ? [] : [`${page} is not what the tests show: run \`node scripts/write-shown.mjs\``]),
  ]);
}

function renewAll(report, root) {
  const ran = testsOf(JSON.parse(readFileSync(report, 'utf8')), root);
  const folder = join(root, 'test', 'shown');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const table = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const was = readFileSync(join(root, table.page), 'utf8');
    return { page: table.page, was, is: renewed(was, table), unproved: unprovedRows(table, ran) };
  });
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

/** @param {Table} table @param {readonly Ran[]} ran */
function unprovedRows({ page, rows }, ran) {
  return rows.flatMap(({ cells, tests }) =>
    tests
      .filter((test) => !isShown(test, ran))
      .map((test) => `${page}: "${cells.join(' | ')}": no test passed that begins with "${test}"`),
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
  const [before, ...rest] = markdown.split(START);
  const after = rest.join(START).split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has no "${START}" and "${END}"`);
  const all = [...heads, 'Shown by'];
  const lines = [all, all.map(() => '---'), ...rows.map((row) => [...row.cells, shownBy(row.tests, page)])];
  return `${before}${START}\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n${END}${after}`;
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
  const stale = process.argv.includes('--check') ? staleTables() : write();
  for (const line of stale) console.error(line);
  if (stale.length > 0) process.exitCode = 1;
}

function write() {
  return renewAll(REPORT, ROOT).flatMap(({ page, is, unproved }) => {
    writeFileSync(join(ROOT, page), is);
    return unproved;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
