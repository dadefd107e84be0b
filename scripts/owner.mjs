// The owner of this repository on GitHub is said in `repository` of package.json. `node scripts/owner.mjs` writes it into every
// file that names the action as `<owner>/jobimg-action`; `--check` says which files name another one.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NAME = 'jobimg-action';
/** In texts, and in the patterns of tests and settings. */
const NAMED = new RegExp(`\\b[\\w-]+(\\\\?/${NAME}\\b)(?!-)`, 'g');

/** `<owner>/<name>` */
export function repository() {
  const { repository: found } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return /^git\+https:\/\/github\.com\/(.+)\.git$/.exec(found.url)[1];
}

export function withOwner(text, owner) {
  return text.replaceAll(NAMED, `${owner}$1`);
}

function main(isCheck) {
  const [owner] = repository().split('/');
  const words = ['grep', '-lIE', `[a-z0-9-]\\\\?/${NAME}`, '--', ':!dist', ':!package.json'];
  const files = spawnSync('git', words, { cwd: ROOT, encoding: 'utf8' }).stdout.trim().split('\n');
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const wanted = withOwner(text, owner);
    if (wanted === text) continue;
    if (!isCheck) writeFileSync(join(ROOT, file), wanted);
    else console.error(`${file} names another owner than package.json: node scripts/owner.mjs`);
    if (isCheck) process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
