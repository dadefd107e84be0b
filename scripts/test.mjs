// `npm test`: packages and a real engine first, then every test; arguments go to jest.
// Names each test that was left out for want of a cluster, and ends with one line, `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDocker } from './engine/docker.mjs';
import { ensurePackages } from './install.mjs';
import { REPORT, staleTables } from './write-shown.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

ensurePackages();
const docker = await ensureDocker();
const asked = process.argv.slice(2);
// Only a complete run says what the documents may claim.
const report = asked.length === 0 ? REPORT : `${REPORT}.part`;
mkdirSync(dirname(report), { recursive: true });

const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${report}`,
    ...asked,
  ],
  { cwd: ROOT, env: { ...process.env, ...docker.env }, stdio: ['ignore', 'ignore', 'inherit'] },
);

const said = JSON.parse(readFileSync(report, 'utf8'));
const { numPassedTests, numFailedTests, numFailedTestSuites, numRuntimeErrorTestSuites } = said;
if (numRuntimeErrorTestSuites > 0) console.log(`${numRuntimeErrorTestSuites} test files could not be run`);
const stale = asked.length === 0 ? staleTables() : [];
for (const line of stale) console.log(line);
for (const line of await leftOutLines(said)) console.log(line);
const failed =
  Math.max(numFailedTests + numRuntimeErrorTestSuites, numFailedTestSuites > 0 ? 1 : 0) + stale.length;
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = stale.length > 0 ? 1 : (jest.status ?? 1);

/** Loaded late, because the packages that read TypeScript are installed above. */
async function leftOutLines(said) {
  await import('./typescript.mjs');
  const { findPrograms, whyMissing } = await import('../test/kubernetes/compile/programs.ts');
  const { leftOut } = await import('../test/kubernetes/left-out.ts');
  return (await findPrograms()) ? [] : leftOut(said, whyMissing());
}
