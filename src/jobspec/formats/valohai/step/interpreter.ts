import { UserError } from '../../../../errors.ts';

/** Programs that read a text as `-c <text>`. */
const TAKES_TEXT = /^(?:(?:ba|da|a|z|k)?sh|python[\d.]*)$/;

/**
 * The words that start a command's text. By itself it is `sh -c`, without `-e`: what a line of a text leaves
 * behind decides nothing, as it is in a script.
 */
export function interpreterOf(text: string): readonly string[] {
  const [, line] = /^#!([^\n]*)/.exec(text) ?? [];
  if (line === undefined) return ['sh', '-c'];
  const words = line.split(/\s+/).filter((word) => word !== '' && word !== '-S');
  const isEnv = baseName(words[0]) === 'env';
  const program = baseName(isEnv ? words[1] : words[0]);
  if (TAKES_TEXT.test(program)) return [...words, '-c'];
  throw new UserError(`the command begins with "#!${line}", which no text can be given to`, {
    code: 'shebang',
    hint: 'put the script into a file of the repository, and call that file in "command"',
  });
}

function baseName(path: string | undefined): string {
  return path?.split('/').at(-1) ?? '';
}
