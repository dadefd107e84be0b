import { UserError } from '../../errors.ts';
import { type InputsRead, readInputs } from './action.ts';

/** The inputs of `comment/action.yml`, by its names. */
export const COMMENT_INPUTS = ['file', 'github-token'] as const;

type Variables = Readonly<Record<string, string | undefined>>;

export function readCommentStep(env: Variables): InputsRead {
  const { INPUT_FILE: _, ...others } = env;
  return readInputs(others, COMMENT_INPUTS);
}

export function readCommentInputs(env: Variables): { readonly file: string } {
  const file = env['INPUT_FILE']?.trim() ?? '';
  if (file !== '') return { file };
  throw new UserError('input `file`: it is empty', {
    code: 'input',
    hint: 'name the file of the artifact that the first workflow left, such as cost.json',
  });
}
