import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { LOCK_INPUTS, readLockInputs } from '../../../src/host/inputs/lock.ts';

const FILE = new URL('../../../lock/action.yml', import.meta.url);

describe('the inputs of the lock step', () => {
  it('are those of its action.yml', () => {
    const { inputs } = parse(readFileSync(FILE, 'utf8'));

    expect(Object.keys(inputs)).toEqual([...LOCK_INPUTS]);
  });

  it('end with the plan, and others are warned of', () => {
    const { inputs, findings } = readLockInputs({ INPUT_CHECK: 'true', INPUT_JOB: 'train' });

    expect(inputs).toMatchObject({ until: 'plan', check: true });
    expect(findings.map(({ message }) => message)).toEqual(['there is no input "job"']);
  });
});
