/**
 * The first build of all, on a builder with nothing in it, beside `docker buildx build --push`: of the very Dockerfile that
 * we generate, once for the environment alone, once with the code, which goes by hand into the same build; and of the
 * Dockerfile that people write for the packages of data science.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { coldBuilder } from '../builder.mjs';
import { jobimg, run } from '../ground.mjs';
import { makeDataScience, makeRepository } from '../repository.mjs';
import { takeTurns } from '../rounds.mjs';
import { faster, within } from '../table.mjs';

const ROUNDS = 3;

export async function* measure(ground) {
  const folder = makeRepository(ground, 'first', ground.base.reference);
  yield await firstBuild(ground, folder, { name: 'environment alone', code: 'none' });
  yield await firstBuild(ground, folder, { name: 'with the code', code: 'layer' });
  yield await dataScience(ground);
}

async function firstBuild(ground, folder, { name, code }) {
  const times = await buildFirst(ground, folder, generated(ground, folder, code), code);
  return within(`first build, cold builder, ${name}`, times.ours, times.byHand, 1.05);
}

async function dataScience(ground) {
  const folder = makeDataScience(ground, 'data-science');
  const byHand = { dockerfile: join(folder, 'Dockerfile'), files: folder, secrets: ground.secrets };
  const times = await buildFirst(ground, folder, byHand, 'layer');
  return faster('first build, cold builder, data science', times.ours, times.byHand, 1.5);
}

/** @returns {Promise<{ ours: number, byHand: number }>} milliseconds */
async function buildFirst(ground, folder, { dockerfile, files, secrets }, code) {
  const builder = await coldBuilder(ground);
  const name = basename(folder);
  const repository = (who, round) => `${ground.registry.host}/first/${name}-${code}-${who}-${round}`;
  const options = ['--override', `code=${code}`, '--builder', builder.name];

  const ours = (round) => {
    builder.empty();
    return jobimg(ground, ['build', '-C', folder, '--registry', repository('ours', round), ...options]).ms;
  };
  const byHand = (round) => {
    builder.empty();
    const words = [
      '--builder',
      builder.name,
      '--push',
      '--tag',
      repository('hand', round),
      '--file',
      dockerfile,
    ];
    return run('docker', ['buildx', 'build', ...words, ...secrets, files], ground).ms;
  };

  return takeTurns({ ours, byHand }, { rounds: ROUNDS });
}

/** What `plan` prints, and the context that it needs; with the code, one COPY more says the same by hand. */
function generated(ground, folder, code) {
  const registry = `${ground.registry.host}/first/plan`;
  const words = ['plan', '--json', '-C', folder, '--registry', registry, '--override', `code=${code}`];
  const { jobs } = JSON.parse(jobimg(ground, words).stdout);
  const text = jobs[0].environment.dockerfile;
  const dockerfile = join(ground.work, `first-${code}.Dockerfile`);
  const files = join(ground.work, `first-${code}`);
  mkdirSync(files);
  run('cp', ['-r', folder, join(files, 'code')]);
  mkdirSync(join(files, 'src'));
  run('cp', [join(folder, 'requirements.txt'), join(files, 'src')]);
  if (code === 'none') run('rm', ['-r', join(files, 'code')]);
  writeFileSync(dockerfile, code === 'none' ? text : `${text}COPY --link --chmod=a+rwX code /workspace\n`);
  return { dockerfile, files, secrets: secretsOf(ground) };
}

/** Under the names by which the generated steps know them. */
function secretsOf({ secrets: all }) {
  return all.map((word) => word.replace('id=jobimg.', 'id=jobimg-'));
}
