// Writes schema/jobimg.schema.json from the compiled spec; with --check it only says whether the file is current.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { specJsonSchema } from '../build/spec/json-schema.js';

const FILE = new URL('../schema/jobimg.schema.json', import.meta.url);

const wanted = specJsonSchema();
if (process.argv.includes('--check')) {
  const written = await readFile(FILE, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (written !== wanted) {
    console.error(
      'schema/jobimg.schema.json is not current: run "npm run build && node scripts/write-schema.mjs"',
    );
    process.exitCode = 1;
  }
} else {
  await mkdir(new URL('.', FILE), { recursive: true });
  await writeFile(FILE, wanted);
}
