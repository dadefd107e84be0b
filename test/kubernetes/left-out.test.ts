import { expect, it } from '@jest/globals';
import { leftOut, MARK } from './left-out.ts';

it('names each test of the cluster that was left out, and says why', () => {
  const report = reportOf({
    [`logs, ${MARK} follow a job`]: 'pending',
    [`logs, ${MARK} end with it`]: 'pending',
    'logs of an engine follow a job': 'pending',
    [`outputs, ${MARK} come back`]: 'passed',
  });

  expect(leftOut(report, 'there is no Go on this machine')).toEqual([
    `not run: logs, ${MARK} follow a job`,
    `not run: logs, ${MARK} end with it`,
    'not run because: there is no Go on this machine',
  ]);
});

it('says nothing when all of them ran', () => {
  expect(leftOut(reportOf({ [`outputs, ${MARK} come back`]: 'passed' }), 'no reason')).toEqual([]);
});

function reportOf(tests: Readonly<Record<string, string>>) {
  const results = Object.entries(tests).map(([fullName, status]) => ({ fullName, status }));
  return { testResults: [{ assertionResults: results }] };
}
