// `npm run attack`: of all tests, those that attack. They are what stands in `test/attack/`, and every file that a row of
// `test/shown/attacks.json`, the table of SECURITY.md, names. `npm test` has them as well, some of them with a part of
// their cases.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Paths, from the root of the project. */
export function attacks(root = ROOT) {
  const { rows } = JSON.parse(readFileSync(join(root, 'test', 'shown', 'attacks.json'), 'utf8'));
  const named = rows.flatMap(({ tests }) => tests.map((test) => `test/${test.split(' › ')[0]}`));
  return ['test/attack/', ...[...new Set(named)].filter((path) => !path.startsWith('test/attack/')).sort()];
}

function main() {
  const words = [join(ROOT, 'scripts', 'test.mjs'), ...attacks(), ...process.argv.slice(2)];
  const env = { ...process.env, JOBIMG_CASES: 'whole' };
  process.exitCode = spawnSync(process.execPath, words, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
