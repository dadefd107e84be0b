import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { RUN_INPUTS, readRunInputs, readRunStep } from '../../../src/host/inputs/run.ts';
import { RUN_OUTPUTS } from '../../../src/report/run-step.ts';

describe('the step that starts the runs of another job', () => {
  const action = parse(readFileSync(new URL('../../../run/action.yml', import.meta.url), 'utf8'));

  it('has in run/action.yml what is read and written', () => {
    expect(Object.keys(action.inputs)).toEqual([...RUN_INPUTS]);
    expect(Object.keys(action.outputs)).toEqual([...RUN_OUTPUTS]);
  });

  it('reads its inputs, and warns of others', () => {
    const env = {
      INPUT_FROM: ' {} ',
      INPUT_LEG: 'lr=1',
      INPUT_JOB: 'train',
      INPUT_ARTIFACT: 'true',
      INPUT_SPEC: 'x',
    };

    const { inputs, findings } = readRunStep(env);

    expect(readRunInputs(env)).toEqual({ from: '{}', sent: undefined, leg: 'lr=1', job: 'train' });
    expect(readRunInputs({ INPUT_JOB: 'all' })).toEqual({
      from: '',
      sent: undefined,
      leg: undefined,
      job: undefined,
    });
    expect(inputs.artifact).toBe(true);
    expect(findings.map(({ message }) => message)).toEqual(['there is no input "spec"']);
  });

  it('reads the plan that another repository has sent, and what of it is allowed', () => {
    const env = {
      INPUT_PLAN: 'ghcr.io/acme/train@sha256:0',
      'INPUT_RUN-ID': 'train-1',
      INPUT_IMAGES: 'ghcr.io/acme/* registry.test/x\n',
      INPUT_SECRETS: 'HF_TOKEN, WANDB_API_KEY',
    };

    expect(readRunInputs(env).sent).toEqual({
      plan: 'ghcr.io/acme/train@sha256:0',
      run: 'train-1',
      images: ['ghcr.io/acme/*', 'registry.test/x'],
      secrets: ['HF_TOKEN', 'WANDB_API_KEY'],
    });
    expect(readRunStep(env).findings).toEqual([]);
  });
});
