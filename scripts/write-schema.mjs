// Writes what comes from the rows of the fields: schema/jobimg.schema.json and the tables of docs/spec.md, from the
// compiled spec; with --check it only says whether they are current.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { specJsonSchema } from '../build/jobspec/reference/json-schema.js';
import { fieldTables } from '../build/jobspec/reference/tables.js';
import { renewTable } from './write-docs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const FILES = {
  'schema/jobimg.schema.json': () => specJsonSchema(),
  'docs/spec.md': (written) =>
    [...fieldTables()].reduce((text, [name, table]) => renewTable(text, name, () => table), written),
};

async function read(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

for (const [name, make] of Object.entries(FILES)) {
  const file = join(ROOT, name);
  const written = await read(file);
  const wanted = make(written);
  if (written === wanted) continue;
  if (process.argv.includes('--check')) {
    console.error(`${name} is not current: run "npm run build && node scripts/write-schema.mjs"`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, wanted);
  }
}
