// What the release workflow does with a tag, `node scripts/release.mjs <tag>`: looks whether it may become a release, publishes
// the package of the command line, makes the release, and moves the tags of its major and minor version. `--check` only looks;
// `--dry-run` does all that can be done without changing anything elsewhere.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from './owner.mjs';
import { pack } from './package.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function run(command, ...words) {
  console.log([command, ...words].join(' '));
  const { status, error } = spawnSync(command, words, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ended with ${error?.message ?? status}`);
}

/** Why this must not become a release. */
function objections(tag, isDry) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const here = process.env['GITHUB_REPOSITORY'] ?? repository();
  const found = [];
  if (tag !== `v${version}`) found.push(`the tag is ${tag}, package.json says ${version}`);
  // npm refuses a package whose provenance names another repository than the package does.
  if (here !== repository() && !isDry) found.push(`this is ${here}, package.json says ${repository()}`);
  if (isDry) return found;
  const onMain = spawnSync('git', ['merge-base', '--is-ancestor', 'HEAD', 'origin/main'], { cwd: ROOT });
  if (onMain.status !== 0) found.push(`${tag} is not on main`);
  return found;
}

function publish(tag, isDry) {
  const dry = isDry ? ['--dry-run'] : ['--provenance'];
  // Without scripts: the package has none, and those of others have no place here.
  const words = ['--access', 'public', '--ignore-scripts', ...dry];
  run('npm', 'publish', ...words, pack(join(ROOT, 'build', 'package')));
  if (isDry) return;
  run('gh', 'release', 'create', tag, '--verify-tag', '--generate-notes');
  run('gh', 'auth', 'setup-git');
  // A release locks its tag, so v1 and v1.2 are plain tags that move, and never releases.
  for (const moving of [tag.split('.')[0], tag.split('.').slice(0, 2).join('.')]) {
    run('git', 'tag', '--force', moving, 'HEAD');
    run('git', 'push', '--force', 'origin', `refs/tags/${moving}`);
  }
}

const [tag, ...options] = process.argv.slice(2);
const isDry = options.includes('--dry-run');
const found = objections(tag, isDry);
for (const objection of found) console.error(`::error::${objection}`);
if (found.length > 0) process.exitCode = 1;
else if (!options.includes('--check')) publish(tag, isDry);
