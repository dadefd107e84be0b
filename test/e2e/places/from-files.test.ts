import { expect, it } from '@jest/globals';
import { tellStory } from '../../platforms/stories.ts';

it('a file of valohai runs on its own platform, by its own client', async () => {
  expect.hasAssertions();
  await tellStory('valohai');
});
