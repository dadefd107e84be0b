/** Peak memory of `jobimg build` when 1 GB of code enters the image: half of it noise, half of it text. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobimg } from '../ground.mjs';
import { writeLarge } from '../repository.mjs';
import { atMost, told } from '../table.mjs';

const MEGABYTES = 500;

export async function* measure(ground) {
  const folder = join(ground.work, 'large');
  mkdirSync(folder);
  writeFileSync(join(folder, 'jobimg.yml'), `run: "true"\nimage: { base: "${ground.base.reference}" }\n`);
  const words = ['build', '-C', folder, '--registry', `${ground.registry.host}/bench/large`];
  jobimg(ground, words);

  writeLarge(folder, MEGABYTES);
  const file = join(ground.work, 'memory');
  const hook = fileURLToPath(new URL('../measured-child.mjs', import.meta.url));
  const env = { ...ground.env, JOBIMG_BENCH_MEMORY: file, NODE_OPTIONS: `--import=${hook}` };
  const { ms } = jobimg({ ...ground, env }, words);
  const kilobytes = Number(readFileSync(file, 'utf8'));
  yield atMost('1 GB of code, peak memory of the build', (kilobytes * 1024) / 1e6, 200, 'MB');
  yield told('1 GB of code, time of the build', ms);
}
