// `npm test`: packages and a real engine first, then every test; arguments go to jest.
// Ends with one line, `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDocker } from './engine/docker.mjs';
import { ensurePackages } from './install.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

ensurePackages();
const docker = await ensureDocker();
const work = mkdtempSync(join(tmpdir(), 'jobimg-jest-'));
const report = join(work, 'jest.json');

const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, env: { ...process.env, ...docker.env }, stdio: ['ignore', 'ignore', 'inherit'] },
);

const { numPassedTests, numFailedTests, numFailedTestSuites, numRuntimeErrorTestSuites } = JSON.parse(
  readFileSync(report, 'utf8'),
);
rmSync(work, { recursive: true });
if (numRuntimeErrorTestSuites > 0) console.log(`${numRuntimeErrorTestSuites} test files could not be run`);
const failed = Math.max(numFailedTests + numRuntimeErrorTestSuites, numFailedTestSuites > 0 ? 1 : 0);
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = jest.status ?? 1;
