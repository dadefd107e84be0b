import { type InputsRead, readInputs } from './action.ts';

/** The inputs of `verify/action.yml`, by its names. */
export const VERIFY_INPUTS = [
  'spec',
  'strict',
  'undefined',
  'job',
  'working-directory',
  'registry',
  'registry-auth',
  'overrides',
  'defaults',
  'builder',
  'into',
  'github-token',
] as const;

/** The sub-action's inputs mean what they mean for the action; `into` is its own. */
export function readVerifyInputs(env: Readonly<Record<string, string | undefined>>): InputsRead {
  const { INPUT_INTO: into, ...others } = env;
  const { inputs, findings } = readInputs(others, VERIFY_INPUTS);
  return { inputs: { ...inputs, until: 'image', into: into?.trim() || undefined }, findings };
}
