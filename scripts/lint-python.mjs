// Lints the programs in Python that `src/` hands to a build. They are not formatted: each byte of one is part of the id
// of the images that it makes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const SETTINGS = {
  'line-length': 200,
  // conda packages are installed with Python 3.10 or newer.
  'target-version': 'py310',
  lint: {
    select: ['E', 'F', 'W', 'B', 'PL', 'UP', 'SIM', 'RUF'],
    // A line for all imports and a zip of two that are as long: another way to write it would build every image again.
    ignore: ['E401', 'B905'],
  },
};

const workspace = new Workspace(SETTINGS, PositionEncoding.Utf16);
const files = readdirSync(join(ROOT, 'src'), { recursive: true }).filter((name) => name.endsWith('.py'));
const problems = files.flatMap((name) => {
  const file = join('src', name);
  return workspace
    .check(readFileSync(join(ROOT, file), 'utf8'))
    .map(
      ({ code, message, start_location: { row, column } }) => `${file}:${row}:${column} ${code} ${message}`,
    );
});
for (const problem of problems) console.error(problem);
if (files.length === 0) console.error('no program in Python was found below src/');
if (problems.length > 0 || files.length === 0) process.exitCode = 1;
