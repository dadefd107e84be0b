// `npm run faults`: of all tests, those that break registries, machines and the program itself, in every way instead of
// the sample that `npm test` takes. What they counted is printed at the end.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIGURES = join(ROOT, 'build', 'faults');

rmSync(FIGURES, { recursive: true, force: true });
const asked = process.argv.slice(2);
const paths = asked.length === 0 ? ['test/faults/'] : asked;
const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'test.mjs'), ...paths], {
  cwd: ROOT,
  env: { ...process.env, JOBIMG_CASES: 'whole' },
  stdio: 'inherit',
});
for (const name of figures()) {
  console.log(`${name.replace(/\.json$/, '')}: ${readFileSync(join(FIGURES, name), 'utf8').trim()}`);
}
process.exitCode = status ?? 1;

function figures() {
  try {
    return readdirSync(FIGURES).sort();
  } catch {
    return [];
  }
}
