/**
 * The builder that is made beside an engine with the classic image store, as on GitHub's runners: how long it takes until
 * a first image is pushed with it, beside `docker buildx create --bootstrap` and a build by hand, and beside
 * docker/setup-buildx-action where SETUP_BUILDX names its `dist/index.cjs`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuildkitImage } from '../../engine/buildkit/buildkit-image.ts';
import { ensureDocker } from '../../engine/docker/docker.ts';
import { ensureScratchBase } from '../../engine/images/base.ts';
import { jobimg, run } from '../ground.mjs';
import { takeTurns } from '../rounds.mjs';
import { told, within } from '../table.mjs';

const CONTAINER = 'buildx_buildkit_jobimg0';

export async function* measure(ground) {
  const engine = await ensureDocker({ name: 'bench', containerdStore: false });
  const home = join(ground.work, 'home');
  mkdirSync(home);
  const env = { ...ground.env, DOCKER_HOST: engine.host, BUILDX_CONFIG: join(ground.work, 'buildx') };
  const place = { ...ground, env };
  const image = (await ensureBuildkitImage(ground.registry)).reference;
  const base = (await ensureScratchBase(ground.registry)).reference;
  const folder = makeJob(ground, base);
  // Pulled once: what a registry takes to give the image is no figure of ours.
  run('docker', ['pull', image], { env });
  const { Size } = JSON.parse(run('docker', ['image', 'inspect', image], { env }).stdout)[0];

  const remove = () => {
    run('docker', ['rm', '--force', '--volumes', CONTAINER, `buildx_buildkit_${BY_HAND}0`], { env });
    run('docker', ['volume', 'rm', '--force', `${CONTAINER}_state`, `buildx_buildkit_${BY_HAND}0_state`], {
      env,
    });
  };
  ground.ends.push(async () => remove());

  const build = (who, round, words = []) =>
    jobimg(place, [
      'build',
      '-C',
      folder,
      '--registry',
      `${ground.registry.host}/own-builder/${who}-${round}`,
      ...words,
    ]).ms;
  const contestants = {
    ours: (round) => {
      remove();
      return build('ours', round);
    },
    reused: (round) => build('reused', round),
    byHand: (round) => {
      const made = byHand(image, env);
      return made + build('hand', round, ['--builder', BY_HAND]);
    },
    ...(process.env.SETUP_BUILDX
      ? {
          action: (round) => setupBuildx(image, ground, env) + build('action', round, ['--builder', BY_HAND]),
        }
      : {}),
  };
  const times = await takeTurns(contestants, { rounds: 3, before: remove });
  yield within('builder made, first image pushed; by hand', times.ours, times.byHand, 1.15);
  if (times.action !== undefined) {
    yield within('builder made, first image pushed; setup-buildx-action', times.ours, times.action, 1.15);
  }
  yield told(`builder made (image of ${Math.round(Size / 1e6)} MB); reused`, times.ours, times.reused);
}

const BY_HAND = 'by-hand';

function forget(env) {
  run('sh', ['-c', `docker buildx rm --force ${BY_HAND} 2>&1 || true`], { env });
}

function byHand(image, env) {
  forget(env);
  const words = [
    '--name',
    BY_HAND,
    '--driver',
    'docker-container',
    '--driver-opt',
    `image=${image},network=host`,
  ];
  return run('docker', ['buildx', 'create', ...words, '--bootstrap'], { env }).ms;
}

/** As the runner starts it; it makes a builder of the name that is given, and uses it. */
function setupBuildx(image, { work }, env) {
  forget(env);
  const files = Object.fromEntries(
    ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) => {
      writeFileSync(join(work, name), '');
      return [name, join(work, name)];
    }),
  );
  const inputs = {
    INPUT_NAME: BY_HAND,
    INPUT_DRIVER: 'docker-container',
    'INPUT_DRIVER-OPTS': `image=${image}\nnetwork=host`,
    INPUT_INSTALL: 'false',
    INPUT_USE: 'true',
    'INPUT_KEEP-STATE': 'false',
    INPUT_CLEANUP: 'false',
    'INPUT_CACHE-BINARY': 'false',
  };
  const runner = {
    RUNNER_TEMP: work,
    RUNNER_TOOL_CACHE: work,
    GITHUB_REPOSITORY: 'acme/train',
    GITHUB_ACTIONS: 'true',
  };
  return run(process.execPath, [process.env.SETUP_BUILDX], {
    env: { ...env, ...files, ...inputs, ...runner },
  }).ms;
}

/** One layer, so that the builder is what is measured; new to every cache by the mark of this run. */
function makeJob({ work, mark }, base) {
  const folder = join(work, 'own-builder');
  mkdirSync(folder);
  const image = `{ base: "${base}", build: [echo built], env: { MARK: "${mark}" } }`;
  writeFileSync(join(folder, 'jobimg.yml'), `name: train\nrun: echo ran\nimage: ${image}\n`);
  return folder;
}
