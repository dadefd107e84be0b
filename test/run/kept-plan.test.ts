import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/oci/digest.ts';
import { keptPlan, planOf } from '../../src/run/kept-plan.ts';
import { runPlan } from '../report/results.ts';

const MADE = { commit: 'c0ffee', base: 'docker.io/library/python:3.13', params: new Map([['lr', '0.1']]) };
const HANDLE = { backend: 'docker', run: 'train-1', name: 'x', hash: sha256('x'), native: {} };

describe('the plan that is kept beside a run', () => {
  it('says of a detached one from what it is made, for whoever fetches it on another machine', () => {
    const plan = keptPlan(runPlan({ ...MADE, detached: true }));

    expect(planOf({ run: 'train-1', handle: HANDLE, plan })).toMatchObject(MADE);
  });

  it('leaves to the record what it has already', () => {
    expect(keptPlan(runPlan(MADE))).not.toHaveProperty('commit');
  });
});
