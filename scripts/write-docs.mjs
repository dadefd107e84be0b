// Writes the tables of inputs and outputs into the documents, between HTML comments, from the files that define them.
// Writes the reusable workflow that signs as well, from the one that does not. `--check` compares instead.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { JOB, SIGNED_JOB, signedWorkflow } from './signed-workflow.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** One row per table: the markers' name, the file, and where in it the entries stand. */
const TABLES = [
  { name: 'action inputs', file: 'action.yml', at: ['inputs'], columns: ['type', 'default'] },
  { name: 'action outputs', file: 'action.yml', at: ['outputs'], columns: [] },
  {
    name: 'workflow inputs',
    file: '.github/workflows/job.yml',
    at: ['on', 'workflow_call', 'inputs'],
    columns: ['type', 'default'],
  },
  {
    name: 'workflow secrets',
    file: '.github/workflows/job.yml',
    at: ['on', 'workflow_call', 'secrets'],
    columns: [],
  },
  {
    name: 'workflow outputs',
    file: '.github/workflows/job.yml',
    at: ['on', 'workflow_call', 'outputs'],
    columns: [],
  },
  { name: 'verify inputs', file: 'verify/action.yml', at: ['inputs'], columns: ['type', 'default'] },
  { name: 'verify outputs', file: 'verify/action.yml', at: ['outputs'], columns: [] },
  { name: 'lock inputs', file: 'lock/action.yml', at: ['inputs'], columns: ['type', 'default'] },
  { name: 'lock outputs', file: 'lock/action.yml', at: ['outputs'], columns: [] },
  { name: 'reap inputs', file: 'reap/action.yml', at: ['inputs'], columns: ['type', 'default'] },
  { name: 'reap outputs', file: 'reap/action.yml', at: ['outputs'], columns: [] },
  { name: 'attach inputs', file: 'attach/action.yml', at: ['inputs'], columns: ['type', 'default'] },
  { name: 'attach outputs', file: 'attach/action.yml', at: ['outputs'], columns: [] },
  { name: 'run inputs', file: 'run/action.yml', at: ['inputs'], columns: ['type', 'default'] },
  { name: 'comment inputs', file: 'comment/action.yml', at: ['inputs'], columns: ['type', 'default'] },
  { name: 'comment outputs', file: 'comment/action.yml', at: ['outputs'], columns: [] },
  { name: 'run outputs', file: 'run/action.yml', at: ['outputs'], columns: [] },
];

const HEADS = { type: 'Type', default: 'Default' };
const CELLS = { type: typeOf, default: defaultOf };

/** The text of a Markdown file with every table renewed that it has markers for. */
export function renewTables(markdown, read) {
  return TABLES.reduce(
    (text, { name, file, at, columns }) =>
      renewTable(text, name, () => {
        const entries = at.reduce((value, key) => value?.[key], parse(read(file)));
        if (entries === undefined) throw new Error(`${file} has no ${at.join('.')}`);
        return tableOf(entries, columns, file);
      }),
    markdown,
  );
}

/** Names of the tables that no page has the markers for. */
export function missingTables(pages) {
  return TABLES.map(({ name }) => name).filter(
    (name) => !pages.some((text) => text.includes(`<!-- ${name} -->`)),
  );
}

/** The text with what stands between the markers of that name replaced; as it was where there are none. */
export function renewTable(markdown, name, makeTable) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = cut(markdown, start);
  if (rest === undefined) return markdown;
  const [, after] = cut(rest, end);
  if (after === undefined) throw new Error(`"${start}" is not closed by "${end}"`);
  return `${before}${start}\n${makeTable()}\n${end}${after}`;
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

function tableOf(entries, columns, file) {
  const heads = ['Name', ...columns.map((column) => HEADS[column]), 'Description'];
  const rows = Object.entries(entries).map(([name, entry]) => {
    if (!entry?.description) throw new Error(`${file}: "${name}" has no description`);
    return [`\`${name}\``, ...columns.map((column) => CELLS[column](entry)), entry.description].map(cellOf);
  });
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellOf(text) {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

const WORKFLOW_TYPES = { string: 'String', boolean: 'Bool', number: 'Number' };

/** action.yml has no types: the default and the first words of the description tell. */
function typeOf({ type, description, default: value }) {
  if (type !== undefined) return WORKFLOW_TYPES[type];
  if (/^(true|false)$/.test(value ?? '')) return 'Bool';
  if (/^YAML /.test(description)) return 'YAML';
  if (/^List of /.test(description)) return 'List';
  if (/^Path to /.test(description)) return 'Path';
  if (value === 'auto' && /^Whether /.test(description)) return '`auto`, `true`, `false`';
  return 'String';
}

function defaultOf({ default: value }) {
  return value === undefined || value === '' ? '' : `\`${value}\``;
}

/** The first line that differs, for a reader who wants to know what is stale. */
function firstDifference(was, is) {
  const [before, after] = [was.split('\n'), is.split('\n')];
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line < 0 ? after.length : line;
  return `line ${at + 1}\n- ${before[at] ?? ''}\n+ ${after[at] ?? ''}`;
}

/** The pages that have such tables. */
const PAGES = [
  'README.md',
  'docs/reusable-workflow.md',
  'verify/README.md',
  'lock/README.md',
  'reap/README.md',
  'comment/README.md',
  'attach/README.md',
  'run/README.md',
];

function renew(page, make) {
  const file = join(ROOT, page);
  const was = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const is = make(was);
  if (was === is) return;
  if (!process.argv.includes('--check')) return writeFileSync(file, is);
  console.error(
    `${page} is not what action.yml and the workflows say, run \`node scripts/write-docs.mjs\`: ${firstDifference(was, is)}`,
  );
  process.exitCode = 1;
}

function main() {
  const read = (name) => readFileSync(join(ROOT, name), 'utf8');
  renew(SIGNED_JOB, () => signedWorkflow(read(JOB)));
  for (const page of PAGES) renew(page, (was) => renewTables(was, read));
  for (const name of missingTables(PAGES.map(read))) {
    console.error(
      `no page has the table "${name}": write <!-- ${name} --> and <!-- /${name} --> where it belongs`,
    );
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
