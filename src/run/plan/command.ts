import { UserError } from '../../errors.ts';
import type { Command } from '../../jobspec/job/job.ts';
import { renderTemplate } from '../../jobspec/template/template.ts';
import type { RunCommand } from '../types/plan.ts';
import { MAX_ARGUMENT } from './argument-limit.ts';

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
  if (Buffer.byteLength(text) <= MAX_ARGUMENT) return;
  throw new UserError('the command is longer than 128 KiB, which Linux does not start', {
    hint: 'put it into a script of the repository',
  });
}
