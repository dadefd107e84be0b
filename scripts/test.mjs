// `npm test`: packages first, and a real engine where a test needs one, then every test; arguments go to jest.
// Names each test that was left out for want of a cluster, and ends with one line, `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './install.mjs';
import { REPORT, unprovedRows } from './write-shown.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
const ENGINE = 'test/engine/docker/docker.ts';
const ACT = 'test/engine/workflow/act.ts';

ensurePackages();
const asked = process.argv.slice(2);
const env = needs(ENGINE) ? await engineEnvironment() : {};
if (needs(ACT)) await compileAct();
// Only a complete run says what the documents may claim.
const report = asked.length === 0 ? REPORT : `${REPORT}.part`;
mkdirSync(dirname(report), { recursive: true });

const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    // Its workers get these too. Each file has its modules anew, which is what the collector of garbage is busy with; the
    // threads that it would use beside have no core of their own.
    '--max-semi-space-size=64',
    '--single-threaded-gc',
    JEST,
    '--json',
    `--outputFile=${report}`,
    ...asked,
  ],
  { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] },
);

const said = JSON.parse(readFileSync(report, 'utf8'));
const { numPassedTests, numFailedTests, numFailedTestSuites, numRuntimeErrorTestSuites } = said;
if (numRuntimeErrorTestSuites > 0) console.log(`${numRuntimeErrorTestSuites} test files could not be run`);
const unproved = asked.length === 0 ? unprovedRows() : [];
for (const line of unproved) console.log(line);
for (const line of await leftOutLines(said)) console.log(line);
const failed =
  Math.max(numFailedTests + numRuntimeErrorTestSuites, numFailedTestSuites > 0 ? 1 : 0) + unproved.length;
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = unproved.length > 0 ? 1 : (jest.status ?? 1);

/** A test needs a part, say the engine, when it imports what starts it, itself or through others. */
function needs(part) {
  if (asked.length === 0) return true;
  const withPart = new Set(listTests('--findRelatedTests', part));
  return listTests(...asked).some((file) => withPart.has(file));
}

function listTests(...args) {
  const words = [JEST, '--listTests', '--json', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`jest lists no tests: ${stderr}`);
  return JSON.parse(stdout);
}

/** What is made once is made here, where no test waits for it. */
async function engineEnvironment() {
  await import('./typescript.mjs');
  const { ensureDocker } = await import(`../${ENGINE}`);
  const { makeBases } = await import('../test/engine/images/base.ts');
  const docker = await ensureDocker();
  await makeBases();
  return docker.env;
}

async function compileAct() {
  await import('./typescript.mjs');
  const { ensureAct } = await import(`../${ACT}`);
  await ensureAct();
}

/** Loaded late, because the packages that read TypeScript are installed above. */
async function leftOutLines(said) {
  await import('./typescript.mjs');
  const { findPrograms, whyMissing } = await import('../test/kubernetes/compile/programs.ts');
  const { leftOut } = await import('../test/kubernetes/left-out.ts');
  return (await findPrograms()) ? [] : leftOut(said, whyMissing());
}
