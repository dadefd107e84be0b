import { Findings } from '../../findings.ts';
import type { Instruction } from './read.ts';

/** Instructions whose words no shell reads, so that a `#` among them begins no comment. */
const NO_SHELL: ReadonlySet<string> = new Set([
  'ADD',
  'ARG',
  'COPY',
  'ENV',
  'EXPOSE',
  'FROM',
  'LABEL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

/**
 * A comment of a Dockerfile is a line of its own; behind an instruction it is part of it, and fails in ways that hide
 * it: https://docs.docker.com/reference/dockerfile/#format. Throws one UserError with all of them.
 */
export function refuseComments(instructions: readonly Instruction[], file: string): void {
  const findings = new Findings();
  const hint = 'Docker reads it as part of the instruction: move it to a line of its own';
  for (const { keyword, line } of instructions.filter(hasComment)) {
    findings.error('dockerfile', `a comment ("#") follows ${keyword} on its line`, {
      hint,
      at: { file, line },
    });
  }
  findings.throwIfErrors();
}

function hasComment({ keyword, rest, words }: Instruction): boolean {
  if (!NO_SHELL.has(keyword) || rest.startsWith('[')) return false;
  const behind = words.slice(1);
  // `#` and a blank is how people write comments; `#name` may be a file, but never part of a FROM.
  return behind.some(({ text }) => text === '#' || (keyword === 'FROM' && text.startsWith('#')));
}
