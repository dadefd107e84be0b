// `npm run fuzz [-- number]`: every reader of foreign text answers that many inputs, 100,000 when not said.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './install.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [number = '100000'] = process.argv.slice(2);

ensurePackages();
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--verbose',
    'fuzz\\.test\\.ts$',
    'test/log/log\\.test\\.ts$',
    'test/log/mask/stream\\.test\\.ts$',
  ],
  { cwd: ROOT, env: { ...process.env, JOBIMG_FUZZ_RUNS: number }, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
