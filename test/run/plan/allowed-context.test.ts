import { expect, it } from '@jest/globals';
import { allowedContext } from '../../../src/run/plan/allowed-context.ts';

it.each([
  [undefined, undefined],
  ['gpu-box', 'gpu-box'],
  ['lab', ' gpu-box , lab'],
])('lets a spec name the context %p where the operator allows %p', (name, allowed) => {
  expect(allowedContext(name, { JOBIMG_ALLOW_CONTEXTS: allowed })).toBe(name);
});

it.each([undefined, '', 'gpu-box2', '*'])('sends no job to one of which the operator says %p', (allowed) => {
  expect(() => allowedContext('gpu-box', { JOBIMG_ALLOW_CONTEXTS: allowed })).toThrow(
    'this machine sends no job to the context "gpu-box"',
  );
});
