import { type InputsRead, readInputs } from './action.ts';

/** The inputs of `lock/action.yml`, by its names; they mean what they mean for the action. */
export const LOCK_INPUTS = [
  'spec',
  'strict',
  'undefined',
  'working-directory',
  'check',
  'registry-auth',
  'overrides',
  'defaults',
  'builder',
  'github-token',
] as const;

export function readLockInputs(env: Readonly<Record<string, string | undefined>>): InputsRead {
  const { inputs, findings } = readInputs(env, LOCK_INPUTS);
  return { inputs: { ...inputs, until: 'plan' }, findings };
}
