import { expect, it } from '@jest/globals';
import { verifyFailureOutputs } from '../../src/report/verify-result.ts';

it('a verification that could not compare says why, and has no verdict', () => {
  const outputs = verifyFailureOutputs([
    { level: 'error', code: 'unreachable', message: 'no registry', hint: 'x' },
  ]);

  expect([...outputs.keys()]).toEqual(['result']);
  expect(JSON.parse(outputs.get('result') ?? '')).toMatchObject({
    verdict: null,
    images: [],
    findings: [{ level: 'error', code: 'unreachable', message: 'no registry' }],
  });
});
