import { compose } from './compose.ts';
import { MAX_DEPTH } from './yaml-limits.ts';

const FAR = ' '.repeat(MAX_DEPTH * 4);

/** More brackets than a file has that was not made to take long. */
const MOST = 20;

/** Whether nothing is to be moved for it to be read. */
export function isRead(text: string): boolean {
  return !/^ *[\]}]/m.test(text) || errorsOf(text).length === 0;
}

/**
 * PyYAML reads a closing bracket that begins a line at any depth, in the first column as well. No block of text can
 * have a line with one in the first column, an error is in no block, and in quotes blanks at the beginning of a line are
 * not read: so moving such a bracket to the right changes no value.
 */
export function indentedClosings(text: string): string {
  let indented = text.replace(/^(?=[\]}])/gm, FAR);
  for (let count = 0; count < MOST; count += 1) {
    const errors = errorsOf(indented);
    if (errors.length === 0) return indented;
    const start = errors.map(({ pos }) => closingAt(indented, pos[0])).find((found) => found !== undefined);
    if (start === undefined) return text;
    indented = `${indented.slice(0, start)}${FAR}${indented.slice(start)}`;
  }
  return text;
}

/** Where the line begins whose first character is the closing bracket at this place. */
function closingAt(text: string, offset: number): number | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const [blanks] = /^ *(?=[\]}])/.exec(text.slice(start)) ?? [];
  return blanks === undefined || blanks.length >= FAR.length ? undefined : start;
}

function errorsOf(text: string): readonly { readonly pos: readonly [number, number] }[] {
  return compose(text).document?.errors ?? [];
}
