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
  'image',
  'into',
  'attest',
  'github-token',
] as const;

/** The sub-action's inputs mean what they mean for the action; `image` and `into` are its own. */
export function readVerifyInputs(env: Readonly<Record<string, string | undefined>>): InputsRead {
  const { INPUT_IMAGE: image, INPUT_INTO: into, ...others } = env;
  const { inputs, findings } = readInputs(others, VERIFY_INPUTS);
  const own = { image: image?.trim() || undefined, into: into?.trim() || undefined };
  return { inputs: { ...inputs, until: 'image', published: own.image, into: own.into }, findings };
}
