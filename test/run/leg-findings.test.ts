import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/errors.ts';
import { findingsOfRuns } from '../../src/run/leg-findings.ts';
import { runPlan } from '../host/results.ts';

const legOf = (label: string) => runPlan({ leg: { label, values: new Map(), failFast: false } });
const finding = (message: string): Finding => ({ level: 'warning', code: 'metrics', message });

describe('findings of the legs of a matrix', () => {
  it('say whose they are, and are said once when they are the same', () => {
    const told = [
      { run: legOf('lr=1'), finding: finding('no file') },
      { run: legOf('lr=2'), finding: finding('torn') },
      { run: legOf('lr=3'), finding: finding('no file') },
      { run: legOf('lr=4'), finding: finding('no file') },
    ];

    expect(findingsOfRuns(told).map(({ message }) => message)).toEqual([
      'no file (lr=1 and 2 more legs)',
      'torn (lr=2)',
    ]);
  });

  it('without a matrix are what they are', () => {
    expect(findingsOfRuns([{ run: runPlan({}), finding: finding('no file') }])).toEqual([finding('no file')]);
  });
});
