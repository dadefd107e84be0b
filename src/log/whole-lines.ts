import { breakMarkers, MAX_LINE } from './line.ts';
import { INVISIBLE } from './mask/strip.ts';

const ESC = '\u001b';
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence is what is looked for.
const COLOUR = /\x1b\[[0-;]*m/g;
/** Where it is not found no line has a marker. */
const MAY_BE_MARKER = /:\t*:|#\t*#/;

/** Half of a character beyond 16 bits tells enough: no other character that is printed begins with one of these. */
const units = INVISIBLE.map((range) =>
  range.map((codePoint) => String.fromCodePoint(codePoint).charCodeAt(0)),
);
const ranges = units.map((range) => range.map(escaped).join('-')).join('');
/** All that ends a line but LF, moves the cursor, or leaves no mark. */
const UNUSUAL = new RegExp(`[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029${ranges}]`);

/**
 * Lines that each end in LF, as they would be shown one after the other; undefined where they have to be looked at one
 * by one. Most output is printed and coloured text, with nothing in it to break. Values are not looked for.
 */
export function showWholeLines(text: string): readonly string[] | undefined {
  const stripped = text.includes(ESC) ? text.replace(COLOUR, '') : text;
  if (UNUSUAL.test(stripped)) return undefined;
  const lines = (MAY_BE_MARKER.test(stripped) ? breakMarkers(stripped) : stripped).split('\n');
  lines.pop();
  return lines.every(({ length }) => length <= MAX_LINE) ? lines : undefined;
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
