/** How `plan`, `build` and an edit grow with the files, and packing with their bytes. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobimg, run } from '../ground.mjs';
import { textOf, writeLarge } from '../repository.mjs';
import { takeTurns } from '../rounds.mjs';
import { atMost, told, within } from '../table.mjs';

/** A scan takes at most 200,000 files, the spec among them. */
const COUNTS = [2_000, 20_000, 199_990];
const SUMS = 'find . -type f -print0 | xargs -0 sha256sum > /dev/null';
const MEGABYTES_PER_SECOND = 60;

export async function* measure(ground) {
  for (const count of COUNTS) yield* measureFiles(ground, count);
  for (const gigabytes of [1, 2]) yield* measureBytes(ground, gigabytes);
}

async function* measureFiles(ground, count) {
  const folder = makeFiles(ground, count);
  const name = `${count.toLocaleString('en')} files`;
  const registry = ['--registry', `${ground.registry.host}/growth/files${count}`, '-C', folder];
  const plan = () => jobimg(forgetful(ground), ['plan', ...registry]).ms;
  const sums = () => run('sh', ['-c', SUMS], { cwd: folder }).ms;
  const planned = await takeTurns({ plan, sums }, { rounds: 3 });
  yield within(`${name}, plan`, planned.plan, planned.sums, 2);
  yield atMost(`${name}, plan, peak memory`, peakOf(forgetful(ground), ['plan', ...registry]), 200, 'MB');
  yield told(`${name}, build`, jobimg(ground, ['build', ...registry]).ms);
  appendFileSync(join(folder, 'part1', 'file150.py'), 'print()\n');
  yield told(`${name}, plan after an edit, remembered`, jobimg(ground, ['plan', ...registry]).ms);
  yield told(`${name}, build after an edit`, jobimg(ground, ['build', ...registry]).ms);
}

/** Half of it noise, half of it text. */
async function* measureBytes(ground, gigabytes) {
  const folder = join(ground.work, `bytes${gigabytes}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'jobimg.yml'), specOf(ground));
  const words = ['build', '-C', folder, '--registry', `${ground.registry.host}/growth/bytes${gigabytes}`];
  jobimg(ground, words);
  writeLarge(folder, gigabytes * 500);
  const started = performance.now();
  const peak = peakOf(ground, words);
  const seconds = (performance.now() - started) / 1000;
  yield told(`${gigabytes} GB of code, build`, seconds * 1000, (gigabytes * 1e6) / MEGABYTES_PER_SECOND);
  yield atMost(`${gigabytes} GB of code, build, peak memory`, peak, 200, 'MB');
}

function makeFiles(ground, count) {
  const folder = join(ground.work, `files${count}`);
  const text = textOf(0, 4_000);
  for (let index = 0; index < count; index += 1) {
    const inside = join(folder, `part${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(inside, { recursive: true });
    const part = text.slice(0, 200 + ((index * 7_919) % 1_800));
    writeFileSync(join(inside, `file${index}.py`), `# ${index}\n${part}`);
  }
  writeFileSync(join(folder, 'jobimg.yml'), specOf(ground));
  return folder;
}

function specOf({ base }) {
  return `run: "true"\nimage: { base: "${base.reference}@${base.digest}" }\n`;
}

function forgetful(ground) {
  return { ...ground, env: { ...ground.env, JOBIMG_REMEMBER: '0' } };
}

/** In megabytes. */
function peakOf(ground, words) {
  const file = join(ground.work, 'peak');
  const hook = fileURLToPath(new URL('../measured-child.mjs', import.meta.url));
  const env = { ...ground.env, JOBIMG_BENCH_MEMORY: file, NODE_OPTIONS: `--import=${hook}` };
  jobimg({ ...ground, env }, words);
  return (Number(readFileSync(file, 'utf8')) * 1024) / 1e6;
}
