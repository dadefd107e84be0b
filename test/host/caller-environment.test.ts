import { expect, it } from '@jest/globals';
import { readCaller } from '../../src/host/caller.ts';
import { INPUT_DEFAULTS } from '../../src/inputs/inputs.ts';

it('hands on what the step was given, and nothing that every action has', async () => {
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id',
    ACTIONS_RUNTIME_TOKEN: 'runtime',
    RUNNER_TRACKING_ID: 'tracking',
    'INPUT_GITHUB-TOKEN': 'input',
    INPUT_REGISTRY_AUTH: 'login',
    HF_TOKEN: 'mine',
  };
  const inputs = { ...INPUT_DEFAULTS, folder: '/', githubToken: 'input' };

  const given = await readCaller(inputs, env, { name: 'train', differenceFrom: async () => undefined });
  const withToken = await readCaller(
    inputs,
    { ...env, GITHUB_TOKEN: 'step' },
    { name: 'train', differenceFrom: async () => undefined },
  );

  expect([...given.env]).toEqual([['HF_TOKEN', 'mine']]);
  expect(withToken.env.get('GITHUB_TOKEN')).toBe('step');
});
