import { UserError } from '../errors.ts';
import type { RunCommand } from '../run/run.ts';
import type { Command } from '../spec/job.ts';
import { renderTemplate } from '../spec/template/template.ts';

/** Linux takes no longer single argument, and no longer variable. */
const MAX_TEXT = 128 * 1024 - 1;

export function renderCommand(command: Command, values: ReadonlyMap<string, string>): RunCommand {
  if (command.kind === 'arguments') {
    const words = command.words.map((word) => renderTemplate(word, values));
    for (const word of words) checkLength(word);
    return { kind: 'arguments', words };
  }
  const text = command.lines.map((line) => renderTemplate(line, values)).join('\n');
  checkLength(text);
  return { kind: 'shell', shell: command.shell, text };
}

function checkLength(text: string): void {
  if (Buffer.byteLength(text) <= MAX_TEXT) return;
  throw new UserError('the command is longer than 128 KiB, which Linux does not start', {
    hint: 'put it into a script of the repository',
  });
}
