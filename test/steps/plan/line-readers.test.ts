import { expect, it } from '@jest/globals';
import { checkPatterns } from '../../../src/steps/plan/line-readers.ts';
import { readJob } from '../../jobspec/read.ts';

it('tells a pattern that the matcher does not have at its place, before anything is made', async () => {
  const job = readJob('run: x\nmetrics: { stdout: "(?<loss>a{1001})" }');

  await expect(checkPatterns([job])).rejects.toMatchObject({
    findings: [
      {
        message:
          'the pattern "(?<loss>a{1001})" of "metrics" cannot be used: "{1001}" is not supported by RE2',
        location: { file: 'jobimg.yml', line: 2, column: 20 },
      },
    ],
  });
});

it('asks nothing of a job without one', async () => {
  await expect(checkPatterns([readJob('run: x'), readJob('metrics: m.json')])).resolves.toBeUndefined();
});
