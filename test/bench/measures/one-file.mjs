/** One file of 2,000 changed since the last build. Their 9 MB are four layers, three of which the last image names. */
import { againBeside, requestsBeside } from '../rebuild.mjs';
import { changeOneFile, makeRepository } from '../repository.mjs';

export async function* measure(ground) {
  const folder = makeRepository(ground, 'changed', ground.base.reference);
  const before = () => changeOneFile(folder);
  yield* againBeside(ground, { name: 'one file of 2,000', folder, before, bounds: { hot: 3, cold: 10 } });

  const requests = { name: 'one file, requests, base by tag', folder, change: before, bound: 9 };
  yield requestsBeside(ground, requests);
  const pinned = makeRepository(ground, 'changed-pinned', `${ground.base.reference}@${ground.base.digest}`);
  yield requestsBeside(ground, {
    name: 'one file, requests, base by digest',
    folder: pinned,
    change: () => changeOneFile(pinned),
    bound: 8,
  });
}
