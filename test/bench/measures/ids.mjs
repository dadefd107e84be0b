/** Ids of 100,000 small files, as a whole `jobimg plan`, beside `find | sha256sum` of the same files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobimg, run } from '../ground.mjs';
import { textOf } from '../repository.mjs';
import { takeTurns } from '../rounds.mjs';
import { told, within } from '../table.mjs';

const FILES = 100_000;
const SUMS = 'find . -path ./.git -prune -o -type f -print0 | xargs -0 sha256sum > /dev/null';

export async function* measure(ground) {
  const folder = makeFiles(join(ground.work, 'many'), `${ground.base.reference}@${ground.base.digest}`);
  const ours = () =>
    jobimg(ground, ['plan', '--json', '--registry', `${ground.registry.host}/ids/many`, '-C', folder]).ms;
  const theirs = () => run('sh', ['-c', SUMS], { cwd: folder }).ms;

  const walked = await takeTurns({ ours, theirs }, { rounds: 3 });
  yield within('ids of 100,000 small files, a folder', walked.ours, walked.theirs, 2);

  run('git', ['init', '-q', '.'], { cwd: folder });
  run('git', ['add', '.'], { cwd: folder });
  const tracked = await takeTurns({ ours, theirs }, { rounds: 3 });
  yield told('ids of 100,000 small files, a Git repository', tracked.ours, tracked.theirs);
}

function makeFiles(folder, base) {
  const text = textOf(0, 4_000);
  for (let index = 0; index < FILES; index += 1) {
    const inside = join(folder, `part${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(inside, { recursive: true });
    writeFileSync(
      join(inside, `file${index}.py`),
      `# ${index}\n${text.slice(0, 200 + ((index * 7_919) % 1_800))}`,
    );
  }
  writeFileSync(join(folder, 'jobimg.yml'), `run: "true"\nimage: { base: "${base}" }\n`);
  return folder;
}
