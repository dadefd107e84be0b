import { UserError } from '../../../errors.ts';
import { MAX_ARGUMENT } from '../../../run/plan/argument-limit.ts';
import type { RunCommand } from '../../../run/types/plan.ts';

/** Where the text of a command stands that is too long for an argument. */
const COMMAND_FILE = '/.jobimg-command';

export interface ContainerCommand {
  readonly entrypoint: string;
  readonly words: readonly string[];
  /** A file the container needs before it starts. */
  readonly file?: { readonly path: string; readonly content: string } | undefined;
}

/** Our command replaces the image's ENTRYPOINT and CMD; `shell` is the one that the image has. */
export function containerCommand(command: RunCommand, shell: 'bash' | 'sh'): ContainerCommand {
  if (command.kind === 'arguments') return fromWords(command.words);
  const options = shell === 'bash' ? ['-eo', 'pipefail'] : ['-e'];
  if (Buffer.byteLength(command.text) < MAX_ARGUMENT) {
    return { entrypoint: shell, words: [...options, '-c', command.text] };
  }
  return {
    entrypoint: shell,
    words: [...options, COMMAND_FILE],
    file: { path: COMMAND_FILE, content: `${command.text}\n` },
  };
}

function fromWords([entrypoint, ...words]: readonly string[]): ContainerCommand {
  if (entrypoint === undefined)
    throw new UserError('the command is empty', { hint: 'write "run" or "command"' });
  const long = words.findIndex((word) => Buffer.byteLength(word) > MAX_ARGUMENT);
  if (long >= 0) {
    throw new UserError(`word ${long + 2} of "command" has more than ${MAX_ARGUMENT} bytes`, {
      hint: 'write it to a file of the repository, and give the name of the file',
    });
  }
  return { entrypoint, words };
}
