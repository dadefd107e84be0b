// Lints workflows and actions with zizmor (security) and workflows with actionlint (grammar), each of one version, kept in
// the cache of the user. A tool that cannot be had on this machine is said to be left out; CI has both. What GitHub's own
// language service says of them is tested in test/docs/language-service/.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './typescript.mjs';

const { withLock } = await import('../test/engine/machine/lock.ts');
const { cacheDir } = await import('../test/engine/machine/paths.ts');

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ACTIONS = ['', 'attach', 'comment', 'lock', 'reap', 'run', 'verify'].map((folder) =>
  join(folder, 'action.yml'),
);
const FILES = ['.github/workflows', 'examples/workflows'].flatMap(filesOf);

const TOOLS = [
  {
    name: 'zizmor',
    version: '1.29.0',
    program: 'bin/zizmor',
    install: (folder, version) => {
      const words = [
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--only-binary',
        ':all:',
        `zizmor==${version}`,
      ];
      return failureOf('python3', ['-m', 'venv', folder]) ?? failureOf(join(folder, 'bin', 'pip'), words);
    },
    words: [
      ['--offline', '--quiet', '--persona', 'pedantic', '--min-severity', 'medium'],
      ['--config', '.github/zizmor.yml', '--strict-collection'],
      ['.github/dependabot.yml', ...ACTIONS, ...FILES],
    ].flat(),
  },
  {
    name: 'actionlint',
    version: 'v1.7.12',
    program: 'actionlint',
    install: (folder, version) => {
      mkdirSync(folder, { recursive: true });
      const words = ['install', `github.com/rhysd/actionlint/cmd/actionlint@${version}`];
      return failureOf('go', words, { GOBIN: folder, GOFLAGS: '' });
    },
    words: ['-shellcheck=', '-pyflakes=', '-config-file', '.github/actionlint.yaml', ...FILES],
  },
];

function filesOf(folder) {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => join(folder, name));
}

/** Why a command failed; undefined when it did not. */
function failureOf(command, words, env = {}) {
  const options = { encoding: 'utf8', env: { ...process.env, ...env } };
  const { status, error, stdout, stderr } = spawnSync(command, words, options);
  if (status === 0) return undefined;
  return (
    error?.message ?? ((stderr || stdout).trim().split('\n').at(-1) || `${command} ended with ${status}`)
  );
}

/** The program's path; undefined, after a line that says why, where it cannot be had. */
function ensure({ name, version, program, install }) {
  const folder = join(cacheDir('lint'), `${name}-${version}`);
  const path = join(folder, program);
  if (existsSync(path)) return path;

  const failure = install(folder, version);
  if (failure === undefined) return path;
  // Half an installation would be taken for a whole one the next time.
  rmSync(folder, { recursive: true, force: true });
  console.log(`left out: ${name} ${version} cannot be installed here: ${failure}`);
  return undefined;
}

async function lint(tool) {
  const program = await withLock('lint', async () => ensure(tool));
  if (program === undefined) return;
  const { status, stdout, stderr } = spawnSync(program, tool.words, { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) return;
  console.log((stdout + stderr).trim());
  process.exitCode = 1;
}

for (const tool of TOOLS) await lint(tool);
