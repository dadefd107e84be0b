import { describe, expect, it } from '@jest/globals';
import { codalabClient } from '../../platforms/codalab-bench.ts';
import { STORIES, type StoryName, tellStory } from '../../platforms/stories.ts';
import { IS_WHOLE } from '../sample.ts';

/** Its client is installed where it is needed only. */
const hasCodalab = IS_WHOLE && (await codalabClient()) !== undefined;
const NAMES = (Object.keys(STORIES) as StoryName[]).filter((name) => name !== 'codalab');

// Valohai's is one of `npm test`, too; others install their client into an image, or start one that is slow.
describe('a file runs on its own platform, by its own client', () => {
  const all = IS_WHOLE ? it : it.skip;
  all.each(NAMES)('of %s', told, 900_000);

  const withClient = hasCodalab ? it : it.skip;
  withClient('of codalab, with Python 3.7', () => told('codalab'), 900_000);
});

async function told(name: StoryName): Promise<void> {
  expect.hasAssertions();
  await tellStory(name);
}
