/**
 * The first build of all, on a builder with nothing in it, beside `docker buildx build --push`: of the very Dockerfile that
 * we generate, once for the environment alone, once with the code, which goes by hand into the same build; and of the
 * Dockerfile that people write for the packages of data science.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { coldBuilder } from '../builder.mjs';
import { jobimg, run } from '../ground.mjs';
import { makeRepository } from '../repository.mjs';
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
  const folder = join(ground.work, 'data-science');
  mkdirSync(folder);
  const base = `${ground.base.reference}@${ground.base.digest}`;
  writeFileSync(join(folder, 'jobimg.yml'), `run: python train.py\nimage: { base: "${base}" }\n`);
  writeFileSync(join(folder, 'requirements.txt'), 'scikit-learn\npandas\nmatplotlib\nlightgbm\n');
  writeFileSync(join(folder, 'train.py'), 'print("trained")\n');
  const dockerfile = join(ground.work, 'data-science.Dockerfile');
  writeFileSync(dockerfile, writtenByPeople(base));
  const byHand = { dockerfile, files: folder };
  const times = await buildFirst(ground, folder, byHand, 'layer');
  return faster('first build, cold builder, data science', times.ours, times.byHand, 1.5);
}

/** The secrets are for this machine alone, whose package index is not the public one. */
function writtenByPeople(base) {
  const mounts = ['pip,target=/etc/pip.conf', 'ca,target=/ca.pem'].map(
    (secret) => `--mount=type=secret,id=jobimg-${secret}`,
  );
  const install = 'pip install --no-cache-dir -r requirements.txt';
  const certificates = '[ ! -s /ca.pem ] || export PIP_CERT=/ca.pem';
  return [
    `FROM ${base}`,
    'WORKDIR /workspace',
    'COPY requirements.txt .',
    `RUN ${mounts.join(' ')} ${certificates}; ${install}`,
    'COPY . .',
    '',
  ].join('\n');
}

/** @returns {Promise<{ ours: number, byHand: number }>} milliseconds */
async function buildFirst(ground, folder, { dockerfile, files }, code) {
  const builder = await coldBuilder(ground);
  const mark = basename(dockerfile, '.Dockerfile');
  const repository = (who, round) => `${ground.registry.host}/first/${mark}-${who}-${round}`;
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
    return run('docker', ['buildx', 'build', ...words, ...secrets(ground), files], ground).ms;
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
  return { dockerfile, files };
}

/** Under the names by which the generated steps know them. */
function secrets({ secrets: all }) {
  return all.map((word) => word.replace('id=jobimg.', 'id=jobimg-'));
}
