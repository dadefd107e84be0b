// `npm run browser`: the headless Chromium that shows what the page of runs does, from the machine's own archive. Where it
// cannot be had, the tests that need it are left out, and say so.
import { spawnSync } from 'node:child_process';

const APT = {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
};
const COMMANDS = [
  ['update', '-qq'],
  ['install', '-qq', '--yes', '--no-install-recommends', 'chromium'],
];

function has(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}

function whyNot() {
  if (process.getuid?.() !== 0) return 'only root can install it: apt-get install chromium';
  if (!has('apt-get')) return 'this machine has no apt: install Chromium by its own means';
  const failed = COMMANDS.find((words) => spawnSync('apt-get', words, APT).status !== 0);
  return failed && `"apt-get ${failed.join(' ')}" failed`;
}

const reason = has('chromium') ? undefined : whyNot();
if (reason !== undefined) console.log(`left out: the tests in a browser: ${reason}`);
