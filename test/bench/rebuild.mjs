/** The same content again: ours, by hand with a hot local cache, by hand on a cold builder with a registry cache. */
import { coldBuilder } from './builder.mjs';
import { jobimg, requestsOf, run, watchDocker } from './ground.mjs';
import { takeTurns } from './rounds.mjs';
import { atMost, faster } from './table.mjs';

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} folder of a repository
 * @property {(round: number) => void} before what changes before each round
 * @property {{ hot: number, cold: number }} bounds
 */

/** @param {Case} wanted */
export async function* againBeside(ground, { name, folder, before, bounds }) {
  const builder = await coldBuilder(ground);
  const image = `${ground.registry.host}/bench/${name.replace(/[^a-z0-9]+/g, '-')}`;
  const watch = watchDocker(ground);
  const ours = () =>
    jobimg({ ...ground, env: watch.env }, ['build', '-C', folder, '--registry', `${image}/ours`]).ms;
  const byHand = (words) =>
    run('docker', ['buildx', 'build', ...words, ...ground.secrets, folder], ground).ms;
  const hot = () => byHand(['--push', '--tag', `${image}/hot:latest`]);
  const cache = `type=registry,ref=${image}/cold:cache`;
  const cold = () => {
    builder.empty();
    const words = ['--builder', builder.name, '--push', '--tag', `${image}/cold:latest`];
    return byHand([...words, '--cache-from', cache, '--cache-to', `${cache},mode=max`]);
  };
  ours();
  const before0 = watch.calls().length;

  const times = await takeTurns({ ours, hot, cold }, { before });
  yield faster(`${name}, beside buildx with a hot cache`, times.ours, times.hot, bounds.hot);
  yield faster(`${name}, beside a cold builder, registry cache`, times.ours, times.cold, bounds.cold);
  yield atMost(`${name}, docker processes`, watch.calls().length - before0, 0, 'calls');
}

/** @returns {import('./table.mjs').Row} the requests of one more `build`, after authentication */
export function requestsBeside(ground, { name, folder, change, bound }) {
  const words = ['build', '-C', folder, '--registry', `${ground.registry.host}/bench/requests`];
  jobimg(ground, words);
  change();
  const before = requestsOf(ground).length;
  jobimg(ground, words);
  return atMost(name, requestsOf(ground).length - before, bound, 'requests');
}
