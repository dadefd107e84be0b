import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import {
  ATTACH_INPUTS,
  REAP_INPUTS,
  readOthers,
  readRunsInputs,
} from '../../../src/host/inputs/found-runs.ts';

describe('the inputs of the steps about runs that are there', () => {
  it.each([
    ['reap', REAP_INPUTS],
    ['attach', ATTACH_INPUTS],
  ])('are those of %s/action.yml', (name, known) => {
    const file = new URL(`../../../${name}/action.yml`, import.meta.url);

    const { inputs } = parse(readFileSync(file, 'utf8'));

    expect(Object.keys(inputs).sort()).toEqual([...known].sort());
  });

  it('are read, and others are warned of', () => {
    const env = {
      INPUT_RUN: ' train-1 ',
      INPUT_BACKEND: 'kubernetes',
      INPUT_JOB: 'train',
      INPUT_ARTIFACT: 'true',
    };

    const { inputs, findings } = readOthers(env, ATTACH_INPUTS);

    expect(readRunsInputs(env)).toEqual({ run: 'train-1', backend: 'kubernetes', dryRun: false });
    expect(inputs.artifact).toBe(true);
    expect(findings.map(({ message }) => message)).toEqual(['there is no input "job"']);
  });

  it('say what is no boolean', () => {
    expect(readRunsInputs({ 'INPUT_DRY-RUN': 'True' }).dryRun).toBe(true);
    expect(() => readRunsInputs({ 'INPUT_DRY-RUN': 'yes' })).toThrow('"yes" is not true or false');
  });
});
