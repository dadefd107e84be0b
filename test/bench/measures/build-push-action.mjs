/**
 * The same content again, one file of 2,000 changed, and the first build, as steps of a workflow: ours beside docker/build-push-action,
 * main and post programs both counted, each under the Node that its `action.yml` names. The bundle of the other one is
 * given by path (`--build-push-action dist/index.cjs`); its summary and its record, which need GitHub, are off.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureNode24 } from '../../engine/machine/node24.ts';
import { coldBuilder } from '../builder.mjs';
import {
  changeOneFile,
  makeDataScience,
  makeOwnDockerfile,
  makeRepository,
  SETTLED,
} from '../repository.mjs';
import { takeTurns } from '../rounds.mjs';
import { runStep } from '../steps.mjs';
import { faster, missing, told } from '../table.mjs';

const ROUNDS = 3;
/** A layer of 150 MB. */
const PACKAGES = ['scipy'];
/** As its `action.yml` has them, but for the push. */
const THEIR_DEFAULTS = { load: 'false', 'no-cache': 'false', pull: 'false', push: 'true' };

export async function* measure(ground) {
  const { bundle } = ground;
  const node = await ensureNode24();
  if (bundle === undefined) {
    yield missing('beside docker/build-push-action', 'give its bundle with --build-push-action');
    return;
  }
  const same = makeRepository(ground, 'step-same', ground.base.reference, PACKAGES);
  yield* beside(ground, { name: 'step, nothing changed', node, folder: same, bounds: { hot: 15, cold: 15 } });
  await sleep(SETTLED);
  yield* beside(ground, {
    name: 'step, nothing changed, old files',
    node,
    folder: same,
    bounds: { hot: 15, cold: 15 },
  });
  const changed = makeRepository(ground, 'step-changed', ground.base.reference, PACKAGES);
  const before = () => changeOneFile(changed);
  yield* beside(ground, {
    name: 'step, one file of 2,000',
    node,
    folder: changed,
    before,
    bounds: { hot: 10, cold: 40 },
  });
  yield* besideOwnDockerfile(ground, node);
  yield await firstBuild(ground, node);
}

/** Only what the Dockerfile reads is in its id: an edit of the code is a new layer of the code, unless it copies that itself. */
async function* besideOwnDockerfile(ground, node) {
  const folder = makeOwnDockerfile(ground, 'step-own', PACKAGES);
  const name = 'step, one file beside an own Dockerfile';
  const before = () => changeOneFile(folder);
  yield* beside(ground, { name, node, folder, before, bounds: { hot: 10, cold: 40 } });
}

async function* beside(ground, { name, node, folder, before = () => undefined, bounds }) {
  const builder = await coldBuilder(ground);
  const image = `${ground.registry.host}/bench/${name.replace(/[^a-z0-9]+/g, '-')}`;
  const sums = { main: [], post: [] };
  const ours = () => {
    const times = ourStep(ground, { node, folder, inputs: { registry: `${image}/ours` } });
    sums.main.push(times.main);
    sums.post.push(times.post);
    return times.main + times.post;
  };
  const theirs = (inputs) => theirStep(ground, { node, folder, inputs });
  const hot = () => theirs({ tags: `${image}/hot:latest` });
  const cache = `type=registry,ref=${image}/cold:cache`;
  const cold = () => {
    builder.empty();
    return theirs({
      tags: `${image}/cold:latest`,
      builder: builder.name,
      'cache-from': cache,
      'cache-to': `${cache},mode=max`,
    });
  };
  const times = await takeTurns({ ours, hot, cold }, { before, rounds: ROUNDS });
  yield faster(`${name}, beside build-push-action, hot`, times.ours, times.hot, bounds.hot);
  yield faster(`${name}, beside build-push-action, cold`, times.ours, times.cold, bounds.cold);
  yield told(`${name}, our main program`, middle(sums.main));
  yield told(`${name}, our post program`, middle(sums.post));
}

/** On a builder with nothing in it, and to a repository with nothing in it. */
async function firstBuild(ground, node) {
  const builder = await coldBuilder(ground);
  const folder = makeDataScience(ground, 'step-first');
  const repository = (who, round) => `${ground.registry.host}/bench/step-first/${who}-${round}`;
  const ours = (round) => {
    builder.empty();
    const inputs = { registry: repository('ours', round), builder: builder.name };
    const { main, post } = ourStep(ground, { node, folder, inputs });
    return main + post;
  };
  const theirs = (round) => {
    builder.empty();
    const inputs = { tags: `${repository('theirs', round)}:latest`, builder: builder.name };
    return theirStep(ground, { node, folder, inputs });
  };
  const times = await takeTurns({ ours, theirs }, { rounds: ROUNDS });
  return faster('step, first build, data science', times.ours, times.theirs, 1.5);
}

/** @returns {{ main: number, post: number }} milliseconds */
function ourStep(ground, { node, folder, inputs }) {
  return runStep(ground, {
    node,
    main: join(ground.dist, 'action.js'),
    post: join(ground.dist, 'post.js'),
    folder,
    inputs: { dispatch: 'false', defaults: ground.defaults, ...inputs },
  });
}

/** @returns {number} milliseconds of both programs */
function theirStep(ground, { node, folder, inputs }) {
  const env = { ...ground.env, DOCKER_BUILD_SUMMARY: 'false', DOCKER_BUILD_RECORD_UPLOAD: 'false' };
  const { main, post } = runStep(
    { ...ground, env },
    {
      node,
      main: ground.bundle,
      post: ground.bundle,
      folder,
      inputs: { ...THEIR_DEFAULTS, context: folder, 'secret-files': secretFiles(ground), ...inputs },
    },
  );
  return main + post;
}

/** Without the first, which only warms up. */
function middle(times) {
  const sorted = times.slice(1).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** `--secret id=…,src=…` as lines of `id=path`. */
function secretFiles({ secrets }) {
  return secrets
    .filter((word) => word.startsWith('id='))
    .map((word) => word.replace(/^id=([^,]+),src=/, '$1='))
    .join('\n');
}
