/** Nothing changed since the last build: in a fresh checkout, and where files are as old as on a machine that stays. */
import { setTimeout as sleep } from 'node:timers/promises';
import { againBeside, requestsBeside } from '../rebuild.mjs';
import { makeRepository, SETTLED } from '../repository.mjs';

export async function* measure(ground) {
  const change = () => undefined;
  const folder = makeRepository(ground, 'same', ground.base.reference);
  const bounds = { hot: 5, cold: 15 };
  yield* againBeside(ground, { name: 'no change', folder, before: change, bounds });
  await sleep(SETTLED);
  yield* againBeside(ground, { name: 'no change, old files', folder, before: change, bounds });

  const requests = { name: 'no change, requests, base by tag', folder, change, bound: 2 };
  yield requestsBeside(ground, requests);
  const pinned = makeRepository(ground, 'same-pinned', `${ground.base.reference}@${ground.base.digest}`);
  yield requestsBeside(ground, {
    ...requests,
    name: 'no change, requests, base by digest',
    folder: pinned,
    bound: 1,
  });
}
