import { compose } from './compose.ts';
import { MAX_DEPTH } from './yaml-limits.ts';

/** Whether nothing is to be moved for it to be read. */
export function isRead(text: string): boolean {
  return !/^[\]}]/m.test(text) || isWithoutErrors(text);
}

/**
 * PyYAML reads a closing bracket that stands in the first column, at any depth. No block of text can have such a line,
 * and in quotes blanks at the beginning of a line are not read: so moving it to the right changes no value.
 */
export function indentedClosings(text: string): string {
  const indented = text.replace(/^(?=[\]}])/gm, ' '.repeat(MAX_DEPTH * 4));
  return isWithoutErrors(indented) ? indented : text;
}

function isWithoutErrors(text: string): boolean {
  return compose(text).document?.errors.length === 0;
}
