/** Nothing changed since the last build. */
import { againBeside, requestsBeside } from '../rebuild.mjs';
import { makeRepository } from '../repository.mjs';

export async function* measure(ground) {
  const change = () => undefined;
  const folder = makeRepository(ground, 'same', ground.base.reference);
  yield* againBeside(ground, { name: 'no change', folder, before: change, bounds: { hot: 5, cold: 15 } });

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
