import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { listAt, textAt } from '../../format/nodes.ts';
import type { MapNode, Node } from '../../yaml/node.ts';

/**
 * The command of the run, as bash gets it. Polyaxon splits it at every blank and line end, strips backslashes from
 * the words and joins them with single blanks: continuations vanish, but blanks in quotes collapse, too, and lines
 * of a block run into one. Here the text stays as it is written, but for the continuations.
 */
export function commandOf(run: MapNode, findings: Findings): string | undefined {
  const written = textAt(run, 'cmd');
  const items: readonly Node[] = written === undefined ? listAt(run, 'cmd') : [written];
  const texts = items.flatMap((item) => (item.kind === 'text' ? [item] : []));
  const commands = texts.map(({ text }) => continued(text)).filter((text) => text !== '');
  for (const { text, location } of texts) {
    const theirs = asPolyaxon(text);
    if (theirs !== collapsed(continued(text))) warnOfOtherReading(theirs, location, findings);
  }
  return commands.length === 0 ? undefined : commands.join(' && ');
}

/** A backslash at the end of a line, a lone one where YAML has joined lines, and a line that begins with an option. */
function continued(text: string): string {
  return text
    .replace(/\s*\\+[ \t]*\n\s*/g, ' ')
    .replace(/(^|\s)\\+(?:[ \t]+|(?=\s|$))/g, '$1')
    .replace(/[ \t]*\n\s*(?=--?[A-Za-z])/g, ' ')
    .trim();
}

export function asPolyaxon(text: string): string {
  const words = text.split(/\s+/).map((word) => word.replace(/^\\+|\\+$/g, ''));
  return words.filter((word) => word !== '').join(' ');
}

/** Blanks outside of quotes mean nothing to bash. */
function collapsed(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"|'[^']*'|[ \t]+/g, (part) => (/^[ \t]/.test(part) ? ' ' : part));
}

function warnOfOtherReading(theirs: string, at: Location, findings: Findings): void {
  const message = `the command is run as it is written; Polyaxon would have made one line of it: ${theirs}`;
  const hint = 'if that was meant, write it in one line; for several commands write a list below "cmd"';
  findings.warning('polyaxon-command', message, { hint, at });
}
