import { beforeAll, describe, expect, it } from '@jest/globals';
import { codalabClient } from '../../platforms/codalab-bench.ts';
import { followPage, PAGES, type PageName } from '../../platforms/pages.ts';

/** CodaLab's client needs Python 3.7. */
const HAS_CODALAB = (await codalabClient()) !== undefined;
const NAMES = (Object.keys(PAGES) as PageName[]).filter((name) => HAS_CODALAB || name !== 'codalab');

describe('what a page shows is done as it stands there, here and at the platform, by its own client', () => {
  let followed: ReadonlyMap<PageName, Promise<PromiseSettledResult<void>>>;

  // Most of it is waiting, for a client or an image, so that they wait together.
  beforeAll(() => {
    followed = new Map(NAMES.map((name) => [name, settled(followPage(name))]));
  });

  it.each(NAMES)('that is about %s', async (name) => {
    expect(await followed.get(name)).toEqual({ status: 'fulfilled', value: undefined });
  });

  if (!HAS_CODALAB) it.skip('that is about codalab, with Python 3.7', () => undefined);
});

async function settled(done: Promise<void>): Promise<PromiseSettledResult<void>> {
  const [result] = await Promise.allSettled([done]);
  return result;
}
