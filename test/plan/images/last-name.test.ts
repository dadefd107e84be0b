import { expect, it } from '@jest/globals';
import { lastName } from '../../../src/plan/images/last-name.ts';

it('two specs of one repository do not share the name of the last image of a job', () => {
  const names = ['jobimg.yml', '.github/jobimg.yaml', 'a/jobimg.yml', 'b/jobimg.yml'].map((spec) =>
    lastName({ name: 'train', spec }),
  );

  expect(names).toEqual(['train', 'train', 'train.e09adfde', expect.stringMatching(/^train\.[0-9a-f]{8}$/)]);
  expect(new Set(names.slice(1)).size).toBe(3);
});
